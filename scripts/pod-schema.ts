/** The schema of `pods.ROLE`. */
import { annotations, choice, keys, kubernetes, labels, listOf, meshes, text, texts } from './schema-words.ts'

const podSettings = {
  labels: labels('Labels of the pod.'),
  annotations: annotations('Annotations of the pod.'),
  securityContext: kubernetes(
    'SecurityContext',
    "Security context of the container. Default: no privileges, read-only file system. {}: the cluster's own.",
  ),
  podSecurityContext: kubernetes(
    'PodSecurityContext',
    "Security context of the pod. Default: user 1000, seccomp RuntimeDefault. {}: the cluster's own (OpenShift).",
  ),
  extraEnv: listOf('EnvVar', 'Environment variables. Example: [{ name: TENANT, value: blue }].'),
  extraEnvFrom: listOf(
    'EnvFromSource',
    'ConfigMaps and Secrets whose keys become environment variables. Example: [{ secretRef: { name: shop } }].',
  ),
  resources: kubernetes(
    'ResourceRequirements',
    'Requests and limits of the container. Example: { requests: { cpu: 1, memory: 512Mi } }.',
  ),
  volumes: listOf('Volume', 'Volumes of the pod.'),
  volumeMounts: listOf('VolumeMount', 'Where the container mounts volumes.'),
  initContainers: listOf('Container', 'Init containers.'),
  sidecars: {
    description: 'Sidecars: init containers with `restartPolicy: Always`. A Job ends without waiting for them.',
    type: 'array',
    items: {
      type: 'object',
      $ref: '#/$defs/Container',
      properties: { restartPolicy: { const: 'Always' } },
      required: ['restartPolicy'],
    },
  },
  livenessProbe: kubernetes('Probe', 'Liveness probe. Default: none.'),
  readinessProbe: kubernetes(
    'Probe',
    'Readiness probe. It replaces the one that the chart sets for master and target.',
  ),
  startupProbe: kubernetes('Probe', 'Startup probe.'),
  nodeSelector: labels('Labels of the nodes, in addition to kubernetes.io/os: linux. Example: { pool: load }.'),
  tolerations: listOf('Toleration', 'Taints that the pod tolerates. Example: [{ key: load, operator: Exists }].'),
  affinity: kubernetes('Affinity', 'Affinity of the pod. The chart adds the terms of `placement`.'),
  topologySpreadConstraints: listOf(
    'TopologySpreadConstraint',
    'Topology spread constraints. They replace `placement.spread: soft`. []: none.',
  ),
  priorityClassName: text('Priority class of the pod.'),
  runtimeClassName: text('Runtime class of the pod.'),
  schedulerName: text('Name of the scheduler.'),
  hostAliases: listOf('HostAlias', 'Entries for /etc/hosts. Example: [{ ip: 10.0.0.7, hostnames: [shop.test] }].'),
  dnsPolicy: text('DNS policy: ClusterFirst, Default, None or ClusterFirstWithHostNet.'),
  dnsConfig: kubernetes('PodDNSConfig', 'Name servers, search domains and resolver options.'),
  terminationGracePeriodSeconds: {
    description:
      'Time to end after SIGTERM, in seconds. Default: long enough for load.stopTimeout and load.teardownTimeout; 30 for pods without users.',
    type: 'integer',
    minimum: 1,
  },
  serviceAccountName: text('Name of an existing service account. Default: the one of `serviceAccount`.'),
  mesh: choice('The service mesh that the pod joins. Default: the value of `mesh`.', meshes),
}

export const pod = keys("Settings of a role's pods.", podSettings)
export const podWithArguments = keys("Settings of a role's pods, with arguments.", {
  ...podSettings,
  extraArgs: texts(
    'More arguments of `katydid master` or `katydid worker`; of `katydid run` in modes continuous and schedule.',
  ),
})
