/** The schema of what is said of the pods of a role. */
import { annotations, choice, keys, kubernetes, labels, listOf, meshes, text, texts } from './schema-words.ts'

const podSettings = {
  labels: labels('More labels of the pod.'),
  annotations: annotations('More annotations of the pod.'),
  securityContext: kubernetes(
    'SecurityContext',
    "The container's, instead of the chart's own: no privileges, a read-only file system; {}: the cluster's.",
  ),
  podSecurityContext: kubernetes(
    'PodSecurityContext',
    "The pod's, instead of the chart's own: user 1000, seccomp RuntimeDefault; {}: the cluster's (OpenShift).",
  ),
  extraEnv: listOf(
    'EnvVar',
    "More environment variables, as in a container (name, value or valueFrom); a role's after those of all.",
  ),
  extraEnvFrom: listOf(
    'EnvFromSource',
    'ConfigMaps and Secrets to take environment variables from, as in a container.',
  ),
  resources: kubernetes('ResourceRequirements', 'Requests and limits of the container.'),
  volumes: listOf('Volume', 'More volumes of the pod.'),
  volumeMounts: listOf('VolumeMount', 'Where the container has them.'),
  initContainers: listOf('Container', 'What runs before the container.'),
  sidecars: {
    description: 'What runs beside it: init containers with restartPolicy Always, which do not keep a Job from ending.',
    type: 'array',
    items: {
      type: 'object',
      $ref: '#/$defs/Container',
      properties: { restartPolicy: { const: 'Always' } },
      required: ['restartPolicy'],
    },
  },
  livenessProbe: kubernetes('Probe', 'When the container is started anew; left out: only when it ends.'),
  readinessProbe: kubernetes('Probe', "When it is ready; of master and target instead of the chart's own."),
  startupProbe: kubernetes('Probe', 'When the other probes begin.'),
  nodeSelector: labels('Labels of the nodes it may be on, besides kubernetes.io/os: linux.'),
  tolerations: listOf('Toleration', 'Taints of nodes it tolerates.'),
  affinity: kubernetes('Affinity', 'Which nodes and neighbours it wants.'),
  topologySpreadConstraints: listOf(
    'TopologySpreadConstraint',
    'How pods spread, instead of over nodes where they can; an empty list: not at all.',
  ),
  priorityClassName: text('Its PriorityClass.'),
  runtimeClassName: text('Its RuntimeClass.'),
  schedulerName: text('Which scheduler places it.'),
  hostAliases: listOf('HostAlias', 'More lines of /etc/hosts.'),
  dnsPolicy: text('Where names are looked up: ClusterFirst, Default, None …'),
  dnsConfig: kubernetes('PodDNSConfig', 'Name servers, search domains and options of the resolver.'),
  terminationGracePeriodSeconds: {
    description:
      'Time to end by itself once told to; left out: what load.stopTimeout asks for, of the master also load.teardownTimeout and what it tells others; 30 without users.',
    type: 'integer',
    minimum: 1,
  },
  serviceAccountName: text('A service account that exists, instead of that of serviceAccount.'),
  mesh: choice('The service mesh it joins, instead of that of mesh.', meshes),
}

export const pod = keys('Settings of the pods of a role.', podSettings)
export const podWithArguments = keys('Settings of the pods of a role that may be told more.', {
  ...podSettings,
  extraArgs: texts('More arguments of katydid master (continuous, schedule: katydid run), or of katydid worker.'),
})
