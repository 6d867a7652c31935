/**
 * The schema of the chart's values. The chart's own keys are here; `load` and most of `workers` come from the runner's schema. Helm compiles the patterns
 * with RE2 and shows the path of a mistake, so the schema is kept flat.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { durationPattern } from '../runner/src/plan/duration.ts'
import { jsonSchema } from '../runner/src/plan/json-schema.ts'
import { ratioPattern } from '../runner/src/plan/ratio.ts'
import { deletable } from './deletable.ts'
import { kubernetesTypes } from './kubernetes-types.ts'
import { pod, podWithArguments } from './pod-schema.ts'
import {
  annotations,
  choice,
  duration,
  flag,
  keys,
  labels,
  listOf,
  map,
  mapOf,
  meshes,
  type Schema,
  text,
  texts,
} from './schema-words.ts'

export const chartValuesFile = new URL('../chart/values.yaml', import.meta.url)
export const chartSchemaFile = new URL('../chart/values.schema.json', import.meta.url)

const podOf = (description: string): Schema => ({ description, $ref: '#/$defs/pod' })
const podWithArgumentsOf = (description: string): Schema => ({ description, $ref: '#/$defs/podWithArguments' })

const nameForm = { pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$', maxLength: 63 }

const own: Record<string, Schema> = {
  nameOverride: text(
    'Kubernetes objects are named RELEASE-nameOverride. Default: RELEASE. Default in a parent chart: RELEASE-ALIAS, or RELEASE-katydid without an alias.',
    nameForm,
  ),
  fullnameOverride: text('Kubernetes objects have exactly this name, without the release name.', nameForm),
  image: keys('The image of the runner, for master and workers.', {
    registry: text('Registry host. Example: 127.0.0.1:5000. If it is empty, `repository` is the whole name.'),
    repository: text('Name of the image in the registry.', { minLength: 1 }),
    tag: text('Tag of the image. Default: the appVersion of the chart. Use --set-string if the tag has only digits.'),
    digest: text('Digest of the image. It replaces the tag. Example: sha256:4f53…', {
      pattern: '^(sha256:[0-9a-f]{64})?$',
    }),
    pullPolicy: choice('When a node pulls the image.', ['Always', 'IfNotPresent', 'Never']),
  }),
  imagePullSecrets: texts('Names of existing pull secrets. Example: [my-registry]. Do not combine it with `registry`.'),
  registry: keys('Creates a pull secret from a login. Set all three values, or none.', {
    server: text('Host of the registry, the same as in the image. Example: ghcr.io.'),
    user: text('User name.'),
    pass: text('Password or token.'),
  }),
  commonLabels: labels('Labels of every object and every pod. Example: { team: shop }.'),
  commonAnnotations: annotations('Annotations of every object and every pod.'),
  mode: choice(
    'run: one load test, and the exit status of Helm is its verdict. continuous: one pod with a small load that never ends. schedule: a CronJob.',
    ['run', 'continuous', 'schedule'],
  ),
  run: keys('When a run starts.', {
    enabled: flag('false installs everything except the load. Use it with Argo CD and Flux to run only on demand.'),
    id: text(
      'A new id makes a new run, without any other change. Only for Argo CD and kubectl apply; with Helm, each upgrade is a new run.',
      { pattern: '^[A-Za-z0-9._-]*$', maxLength: 63 },
    ),
    onRepeat: choice(
      'What the verdict Job does if nothing ran, because this run has ended before (Argo CD, Flux). broken: it exits with 2. tell: it repeats the earlier verdict.',
      ['broken', 'tell'],
    ),
  }),
  schedule: keys('The CronJob of `mode: schedule`.', {
    cron: text(
      'When a run starts: minute, hour, day of month, month, day of week. Example: "0 3 * * *" is every day at 3:00. @hourly and @daily work, too.',
      {
        pattern: '^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[^ @=]+( +[^ =]+){4})?$',
      },
    ),
    timeZone: text('Time zone of `cron`. Example: Europe/Berlin. Default: the time zone of the cluster, usually UTC.'),
    startingDeadline: duration('A run that cannot start within this time is skipped. null: no limit.', {
      minimum: 10,
    }),
    keepPassed: {
      description: 'How many Jobs of passed runs are kept, with their logs.',
      type: 'integer',
      minimum: 0,
    },
    keepFailed: {
      description: 'How many Jobs of failed or broken runs are kept, with their logs.',
      type: 'integer',
      minimum: 0,
    },
    suspend: flag('true pauses the schedule.'),
  }),
  helmTimeout: duration('The time-out that you pass as `helm --timeout`. The chart rejects a run that takes longer.', {
    exclusiveMinimum: 0,
  }),
  allowedHosts: texts(
    'Hosts that `load.host` may name, as regular expressions for the whole name. Example: [".*\\.staging\\.example\\.com"]. Default: any host. URLs in the load file are not checked.',
  ),
  loadFile: keys('A load file that is not in the image.', {
    content: text(
      'The load file: katydid bundle shop.ts -o shop.bundle, then --set-file loadFile.content=shop.bundle. The limit is 430 KiB, compressed; 256 KiB with kubectl apply or Argo CD without server-side apply.',
    ),
    configMaps: {
      description:
        'ConfigMaps with load files and data files for feeds. All keys are files in /etc/katydid/load. Example: [shop], or [{ name: shop, items: [{ key: pages.ts, path: lib/pages.ts }] }].',
      type: 'array',
      items: {
        anyOf: [
          { type: 'string', minLength: 1 },
          {
            ...keys('A ConfigMap of which only some keys are used.', {
              name: text('Name of the ConfigMap.', { minLength: 1 }),
              items: {
                description: 'The keys that become files. Default: all keys, under their own names.',
                type: 'array',
                items: {
                  ...keys('A key that becomes a file.', {
                    key: text('Key of the ConfigMap.', { minLength: 1 }),
                    path: text('Path of the file below /etc/katydid/load. Example: lib/pages.ts.', {
                      pattern: '^[^/]',
                    }),
                  }),
                  required: ['key', 'path'],
                },
              },
            }),
            required: ['name'],
          },
        ],
      },
    },
  }),
  locust: keys('Workers in Python. Only for `workers.engine: locust`.', {
    image: text('Image with Locust and the packages that the locustfile imports. Example: locustio/locust:2.47.0.'),
    configMap: text('Name of the ConfigMap with the locustfile.'),
    file: text('Key of the locustfile in the ConfigMap.', { minLength: 1 }),
    userClasses: mapOf(
      'User classes of the locustfile and their weights. Example: { Shopper: 3, Admin: 1 }. The weights in the locustfile are ignored. Default: the classes of load.file.',
      '^[A-Za-z_][A-Za-z0-9_]*$',
      { type: 'number', exclusiveMinimum: 0 },
    ),
    extraArgs: texts('More arguments of `locust --worker`.'),
    command: texts('Command of the container. Default: sh, which starts locust and exits with 143 after SIGTERM.'),
  }),
  clusterKey: keys('The key that encrypts the connections between master and workers.', {
    enabled: flag('false: anyone who reaches the master can join as a worker, and connections are not encrypted.'),
    existingSecret: text(
      'Name of a Secret with the cluster key, under the key `key`. Default: the chart creates one and keeps it.',
    ),
  }),
  pods: keys('Settings of the pods. `all` is for every pod. A role (master, workers …) overrides it or adds to it.', {
    all: podOf('Settings of every pod.'),
    master: podWithArgumentsOf("Settings of the master's pod. In modes continuous and schedule: of the only pod."),
    workers: podWithArgumentsOf("Settings of the workers' pods."),
    verdict: podOf('Settings of the pod that waits for the verdict.'),
    target: podOf("Settings of the demo target's pod."),
  }),
  placement: keys('Which nodes the pods run on. The `affinity` of the pods is kept.', {
    spread: choice(
      'How workers spread over nodes. soft: evenly, if possible. hard: each worker pod has its own node, or it waits for one. none: the scheduler decides.',
      ['soft', 'hard', 'none'],
    ),
    masterApart: flag('Prefers a node without workers for the master, because busy workers slow it down.'),
    avoidPodLabels: labels(
      "Labels of the target's pods, in any namespace. Workers avoid their nodes. Example: { app: shop }.",
    ),
    avoid: choice('soft: workers avoid these nodes if possible. hard: workers wait for another node.', [
      'soft',
      'hard',
    ]),
  }),
  serviceAccount: keys('The service account of all pods. Its token is not mounted.', {
    create: flag('false: the chart uses an existing service account.'),
    name: text('Name of the service account. Default: the release name; `default` if `create` is false.'),
    annotations: annotations('Annotations of the service account, for example the role of a cloud provider.'),
  }),
  rbac: keys('Rights of the master in its namespace. Default: none.', {
    create: flag(
      'Lets the master read pods and events, and end its Jobs. The verdict then says why workers are missing (no node, no image, out of memory), and Helm does not wait for them.',
    ),
  }),
  mesh: choice('The service mesh that the pods join, with its proxy as a native sidecar.', meshes),
  networkPolicy: keys('NetworkPolicies of the release.', {
    enabled: flag(
      "Creates NetworkPolicies: only workers can connect to the master's port 5557, and nobody can connect to workers.",
    ),
    http: listOf(
      'NetworkPolicyPeer',
      "Who can connect to the master's port 8089 (results, /metrics), as `from` of a NetworkPolicy. Include the API server, because kubectl connects through it. Default: anyone.",
    ),
    egress: keys('Outgoing connections, for a namespace that denies them by default.', {
      enabled: flag('Allows DNS, the master, the demo target and `to`. Everything else is denied.'),
      to: listOf(
        'NetworkPolicyEgressRule',
        'Other allowed destinations, as `egress` of a NetworkPolicy: the target, a webhook, the upload. Required if `load.host` is set.',
      ),
      dns: listOf('NetworkPolicyPeer', 'Name servers, as `to` of a NetworkPolicy. Default: port 53 of any host.'),
      apiServer: listOf(
        'NetworkPolicyPeer',
        'The API server, for `rbac.create`. Default: ports 443 and 6443 of any host.',
      ),
    }),
  }),
  service: keys('IP families of the Services of master and demo target.', {
    ipFamilyPolicy: text("SingleStack, PreferDualStack or RequireDualStack. Default: the cluster's own.", {
      pattern: '^(SingleStack|PreferDualStack|RequireDualStack)?$',
    }),
    ipFamilies: {
      description: "Example: [IPv6], or [IPv6, IPv4] with the preferred one first. Default: the cluster's own.",
      type: 'array',
      items: { type: 'string', enum: ['IPv4', 'IPv6'] },
      maxItems: 2,
      uniqueItems: true,
    },
  }),
  disruptionBudget: keys('A PodDisruptionBudget, which delays the drain of a node.', {
    enabled: flag(
      'Creates the PodDisruptionBudget. `kubectl drain` then waits until the workers have ended, and for the master until `helm uninstall`.',
    ),
  }),
  results: keys('The result files. Without a volume or an upload, they are lost with the pod of the master.', {
    checkpoint: duration(
      'How often the master saves its numbers. After a restart, it serves the saved numbers, and the run is broken.',
      {
        minimum: 1,
      },
    ),
    persistence: keys('A volume with a folder for each run.', {
      enabled: flag('Keeps the results on a volume.'),
      existingClaim: text('Name of an existing PersistentVolumeClaim. Default: the chart creates one.'),
      size: text('Size of the volume. Example: 5Gi.', { pattern: '^[0-9]+(\\.[0-9]+)?([EPTGMk]i?)?$' }),
      storageClass: text("Storage class of the volume. Default: the cluster's default class."),
      accessModes: texts('Access modes of the volume.'),
      keep: flag('Keeps the claim after `helm uninstall`.'),
      runId: text(
        'Part of the name of the folder. Set a new one for each run. Default: the time of rendering. Argo CD needs your own.',
        { pattern: '^[A-Za-z0-9._-]*$', maxLength: 63 },
      ),
    }),
    upload: keys('Sends all result files as one .tar.gz with HTTP PUT, before the verdict.', {
      existingSecret: text('Name of a Secret with the URL: presigned (S3, GCS) or with a SAS token (Azure Blob).'),
      key: text('Key of the URL in the Secret.', { minLength: 1 }),
    }),
  }),
  notify: keys('Sends a short JSON message at the end of a run with HTTP POST, before the verdict.', {
    webhook: keys('The webhook: Slack, Teams, or any URL that accepts JSON.', {
      existingSecret: text('Name of a Secret with the URL.'),
      key: text('Key of the URL in the Secret.', { minLength: 1 }),
    }),
    outcomes: {
      description: 'Verdicts that are sent. Example: [failed, broken].',
      type: 'array',
      items: { type: 'string', enum: ['passed', 'failed', 'broken'] },
      minItems: 1,
      uniqueItems: true,
    },
    link: text('URL in the message, for example of a CI job or a dashboard.', {
      pattern: '^(https?://.+)?$',
    }),
  }),
  metrics: keys('Metrics of the run: /metrics on port 8089 for Prometheus, or pushed to OpenTelemetry.', {
    annotations: flag('Adds the annotations prometheus.io/scrape, port and path to the pod.'),
    podMonitor: keys('A PodMonitor, for the Prometheus operator.', {
      enabled: flag('Creates the PodMonitor. The cluster must have its CRD.'),
      interval: duration('How often Prometheus scrapes the pod. null: the default of Prometheus.', {
        exclusiveMinimum: 0,
      }),
      labels: labels('Labels by which your Prometheus selects the PodMonitor. Example: { release: prometheus }.'),
    }),
    dashboard: keys('A ConfigMap with a Grafana dashboard for all releases. One release is enough.', {
      enabled: flag('Creates the ConfigMap.'),
      labels: labels('Labels by which the Grafana sidecar finds the ConfigMap.'),
    }),
    otel: keys('Pushes the metrics by OTLP over HTTP, during the run and at its end.', {
      endpoint: text(
        'URL of the collector, without /v1/metrics. Example: http://collector:4318. If it is empty, nothing is pushed.',
        {
          pattern: '^(https?://.+)?$',
        },
      ),
      protocol: choice('Format of the messages.', ['http/protobuf', 'http/json']),
      interval: duration('Time between two pushes.', { exclusiveMinimum: 0 }),
      headers: keys('HTTP headers, for example with a token.', {
        existingSecret: text('Name of a Secret with the headers: name=value,name=value. Values are percent-encoded.'),
        key: text('Key of the headers in the Secret.', { minLength: 1 }),
      }),
    }),
  }),
  jobTtl: duration('Finished Jobs are deleted after this time. It must be more than 0. Not for `mode: schedule`.', {
    minimum: 0,
  }),
  log: keys('Log of master and workers.', {
    level: choice('The lowest level that is logged.', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    format: choice('json: one JSON object per line. pretty: text for people.', ['json', 'pretty']),
  }),
  demoTarget: keys('A small web shop as a target. It is the host if `load.host` is not set.', {
    enabled: flag('Creates the demo target.'),
    // it becomes an argument of a container, which must be a string
    latency: text('Mean response time. Example: 50ms.', { pattern: durationPattern }),
    errorRate: {
      description: 'Share of responses with an error: 1%, or a number from 0 to 1.',
      anyOf: [
        { type: 'string', pattern: ratioPattern },
        { type: 'number', minimum: 0, maximum: 1 },
      ],
    },
  }),
  extraObjects: {
    description: 'More Kubernetes objects of the release, as maps or as text. Templates in them are rendered.',
    type: 'array',
    items: { type: ['object', 'string'] },
  },
  global: map('Global values of a parent chart. This chart reads none.'),
  enabled: flag('For a parent chart that uses it as the condition of this dependency. This chart does not read it.'),
}

const loadExample = {
  host: 'http://shop.default.svc',
  profile: { kind: 'constant', users: 100, spawnRate: '10/s', runTime: '5m' },
  thresholds: ['p95 < 300ms', 'fail_ratio < 1%'],
}

/** `load` for the chart. `file` is optional, because loadFile.content can replace it. `profile` has no default, because the chart needs one that ends. */
function loadPart(load: Schema): Schema {
  const { required: _, ...rest } = load
  const { profile, ...others } = load.properties as Record<string, Schema>
  const { default: __, allOf, ...ending } = profile as Schema
  // the templates report keys of another kind with a clear message: kindChecks
  const kinds = (allOf as { then: Schema }[]).map((kind) => {
    const { additionalProperties: ___, ...own } = kind.then
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nobody awaits this
    return { ...kind, then: own }
  })
  return {
    ...rest,
    description:
      'The load, the same as in the values file of `katydid run -f`. `load.file` and `load.host` have no default.',
    examples: [loadExample],
    properties: { ...others, profile: { ...ending, allOf: kinds } },
  }
}

function workersPart(workers: Schema): Schema {
  const engine = choice('katydid: workers run the load file. locust: workers run Locust in Python.', [
    'katydid',
    'locust',
  ])
  return {
    ...workers,
    description: 'The workers, which generate the load.',
    properties: { engine, ...workers.properties },
  }
}

/** Values whose default may be removed with null: Kubernetes and Prometheus have their own. */
const mayBeNull = new Set(['schedule.startingDeadline', 'metrics.podMonitor.interval'])

/**
 * Makes each value with a default in values.yaml required. With null, a user removes the default, and Helm passes no value. The templates would then fail
 * with an unclear error, or start a run without a key.
 */
function complete(schema: Schema, defaults: unknown, path = ''): Schema {
  const { properties } = schema
  if (!properties || typeof defaults !== 'object' || defaults === null) return schema
  const said = new Map(Object.entries(defaults))
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, complete(value, said.get(key), `${path}${key}.`)]),
    ),
    required: Object.keys(properties).filter((key) => said.has(key) && !mayBeNull.has(`${path}${key}`)),
  }
}

export function chartSchemaText(): string {
  const defaults = parse(readFileSync(chartValuesFile, 'utf8')) as Record<string, unknown>
  const { load, workers } = (jsonSchema() as Schema).properties as Record<string, Schema>
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      load: deletable(loadPart(load as Schema)),
      workers: deletable(workersPart(workers as Schema)),
      ...complete({ properties: own }, defaults).properties,
    },
    required: Object.keys(defaults),
    additionalProperties: false,
    $defs: { pod: deletable(pod), podWithArguments: deletable(podWithArguments), ...kubernetesTypes },
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}

// `npm run schema`
if (import.meta.main) {
  writeFileSync(chartSchemaFile, chartSchemaText())
  process.stdout.write(`${chartSchemaFile.pathname}: ${readFileSync(chartSchemaFile).length} bytes\n`)
}
