/** The schema of what is said of the pods of a role. */
import { choice, keys, list, map, meshes, text, texts } from './schema-words.ts'

const podSettings = {
  labels: map('More labels of the pod.'),
  annotations: map('More annotations of the pod.'),
  securityContext: map(
    "The container's, instead of the chart's own: no privileges, a read-only file system; {}: the cluster's.",
  ),
  podSecurityContext: map(
    "The pod's, instead of the chart's own: user 1000, seccomp RuntimeDefault; {}: the cluster's (OpenShift).",
  ),
  extraEnv: list(
    "More environment variables, as in a container (name, value or valueFrom); a role's after those of all.",
  ),
  extraEnvFrom: list('ConfigMaps and Secrets to take environment variables from, as in a container.'),
  resources: map('Requests and limits of the container.'),
  volumes: list('More volumes of the pod.'),
  volumeMounts: list('Where the container has them.'),
  initContainers: list('What runs before the container.'),
  sidecars: {
    description: 'What runs beside it: init containers with restartPolicy Always, which do not keep a Job from ending.',
    type: 'array',
    items: {
      type: 'object',
      properties: { restartPolicy: { const: 'Always' } },
      required: ['restartPolicy'],
    },
  },
  nodeSelector: map('Labels of the nodes it may be on, besides kubernetes.io/os: linux.'),
  tolerations: list('Taints of nodes it tolerates.'),
  affinity: map('Which nodes and neighbours it wants.'),
  topologySpreadConstraints: list('How pods spread, instead of over nodes where they can; an empty list: not at all.'),
  priorityClassName: text('Its PriorityClass.'),
  runtimeClassName: text('Its RuntimeClass.'),
  schedulerName: text('Which scheduler places it.'),
  hostAliases: list('More lines of /etc/hosts.'),
  dnsPolicy: text('Where names are looked up: ClusterFirst, Default, None …'),
  dnsConfig: map('Name servers, search domains and options of the resolver.'),
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
