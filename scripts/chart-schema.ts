/**
 * The schema of the chart's values: its own keys are here, `load` and most of `workers` are the runner's. Helm compiles the patterns
 * with RE2, and shows the paths it errs at, so nothing here is deeper than it must be.
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

const valuesFile = new URL('../chart/values.yaml', import.meta.url)
export const chartSchemaFile = new URL('../chart/values.schema.json', import.meta.url)

const podOf = (description: string): Schema => ({ description, $ref: '#/$defs/pod' })
const podWithArgumentsOf = (description: string): Schema => ({ description, $ref: '#/$defs/podWithArguments' })

const nameForm = { pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$', maxLength: 63 }

const own: Record<string, Schema> = {
  nameOverride: text(
    "Objects are called RELEASE-nameOverride; empty: as the release, and as a dependency of another chart RELEASE-ALIAS, where without an alias it is the chart's name.",
    nameForm,
  ),
  fullnameOverride: text('What objects are called, in place of all of it.', nameForm),
  image: keys("The runner's image.", {
    registry: text('Where it is: ghcr.io, 127.0.0.1:5000; empty: the repository alone.'),
    repository: text('Its path in the registry.', { minLength: 1 }),
    tag: text("Empty: the chart's appVersion. A tag of digits needs --set-string."),
    digest: text('Goes before the tag.', { pattern: '^(sha256:[0-9a-f]{64})?$' }),
    pullPolicy: choice('When nodes ask the registry for it.', ['Always', 'IfNotPresent', 'Never']),
  }),
  imagePullSecrets: texts('Names of pull secrets that exist. Not with registry.'),
  registry: keys('Has a pull secret made. All three, or none.', {
    server: text('Host of the registry, as in the image.'),
    user: text('Name to log in with.'),
    pass: text('Password or token.'),
  }),
  commonLabels: labels('More labels of every object and every pod: team, cost-center, app.kubernetes.io/part-of.'),
  commonAnnotations: annotations('More annotations of every object and every pod.'),
  mode: choice(
    'run: Helm waits for a load test, and its exit status is the verdict. continuous: one pod, a small load, no end. schedule: one pod for each run, by the clock.',
    ['run', 'continuous', 'schedule'],
  ),
  run: keys('Whether there is a load at all, in whichever mode.', {
    enabled: flag('false: all is installed but what makes load; with Argo CD and Flux, until somebody wants a run.'),
    id: text(
      'What makes a run a new one where the revision does not, because Helm does not install it (Argo CD, kubectl apply).',
      { pattern: '^[A-Za-z0-9._-]*$', maxLength: 63 },
    ),
    onRepeat: choice(
      'When the Job of the verdict finds a verdict that another Job was told before, so that nothing was run. broken: exit code 2. tell: that verdict.',
      ['broken', 'tell'],
    ),
  }),
  schedule: keys('With mode schedule only.', {
    cron: text('When: minute, hour, day of the month, month, day of the week (`0 * * * *`: every hour), or @hourly.', {
      pattern: '^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[^ @=]+( +[^ =]+){4})?$',
    }),
    timeZone: text("Whose clock, as Europe/Berlin; empty: the cluster's, which is UTC mostly."),
    startingDeadline: duration('How late a run may begin; one that cannot by then is left out. null: however late.', {
      minimum: 10,
    }),
    keepPassed: { description: 'Jobs that passed and are kept, with their logs.', type: 'integer', minimum: 0 },
    keepFailed: { description: 'Jobs that did not pass and are kept, with their logs.', type: 'integer', minimum: 0 },
    suspend: flag('No run begins, until it is false again.'),
  }),
  helmTimeout: duration("What you pass as helm --timeout; Helm's own default is 5m.", { exclusiveMinimum: 0 }),
  allowedHosts: texts(
    'Which hosts load.host may name, each a regular expression for the whole name; empty: any. What a load file names itself, the chart does not see.',
  ),
  loadFile: keys('A load file that is not in the image.', {
    content: text(
      'The load file: --set-file loadFile.content=shop.bundle, after katydid bundle shop.ts -o shop.bundle. The limit is 430 KiB, compressed; 256 KiB with kubectl apply or Argo CD without server-side apply.',
    ),
    configMaps: {
      description:
        'ConfigMaps with load files and data files for feeds, all in /etc/katydid/load: names, or { name, items: [{ key, path }] } where files belong into folders.',
      type: 'array',
      items: {
        anyOf: [
          { type: 'string', minLength: 1 },
          {
            ...keys('One of which only some keys are there, each where it belongs.', {
              name: text('Of the ConfigMap.', { minLength: 1 }),
              items: {
                description: 'Its keys; left out: all, by their own names.',
                type: 'array',
                items: {
                  ...keys('A key as a file.', {
                    key: text('Of the ConfigMap.', { minLength: 1 }),
                    path: text('Below /etc/katydid/load: lib/pages.ts.', { pattern: '^[^/]' }),
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
  locust: keys('With workers.engine locust only.', {
    image: text('An image with Locust and what the locustfile imports.'),
    configMap: text('Name of the ConfigMap with the locustfile.'),
    file: text("The locustfile's key in it.", { minLength: 1 }),
    userClasses: mapOf(
      'User classes of the locustfile that are to run, each with its weight (Python’s own weight is not known here); left out: those of load.file, or all with weight 1.',
      '^[A-Za-z_][A-Za-z0-9_]*$',
      { type: 'number', exclusiveMinimum: 0 },
    ),
    extraArgs: texts('More arguments of locust --worker.'),
    command: texts(
      'What is run with these arguments; empty: locust, watched by sh, so that a pod that is told to go is replaced.',
    ),
  }),
  clusterKey: keys('The key that master and workers share.', {
    enabled: flag('Without it, whoever reaches the master may join as a worker.'),
    existingSecret: text('Name of a Secret with it, as `key`; empty: one is made and kept.'),
  }),
  pods: keys("Pods: `all` first, a role's own over it; environment, volumes and containers of both.", {
    all: podOf('Of every pod.'),
    master: podWithArgumentsOf("Of the master's pod."),
    workers: podWithArgumentsOf("Of the workers' pods."),
    verdict: podOf('Of the pod that waits for the verdict.'),
    target: podOf("Of the demo target's pod."),
  }),
  placement: keys('Where pods go. Terms of pods.*.affinity are kept besides.', {
    spread: choice(
      'How workers spread over nodes. soft: evenly where they can; hard: no two on a node, or they wait; none: wherever. pods.workers.topologySpreadConstraints takes the place of soft.',
      ['soft', 'hard', 'none'],
    ),
    masterApart: flag('Master and workers are on other nodes, where that can be: workers that are busy would slow it.'),
    avoidPodLabels: labels(
      'Labels of pods, in any namespace, whose nodes are not for workers: those of the target, which would be slowed by its own load.',
    ),
    avoid: choice('Of avoidPodLabels. soft: where that can be; hard: or they wait.', ['soft', 'hard']),
  }),
  serviceAccount: keys('Of all pods, but for a master with rbac; its token is not mounted.', {
    create: flag('false: use one that exists.'),
    name: text("Empty: the release's name, or default where none is created."),
    annotations: annotations('Its annotations, for example of a cloud role.'),
  }),
  rbac: keys('What the master may do in its namespace: by default nothing.', {
    create: flag(
      "It may read pods and events and change the workers' Job. Findings then say why workers are missing (no room, no image, out of memory, quota), and Helm goes on to the verdict where they never come, not at their Job's deadline.",
    ),
  }),
  mesh: choice('The service mesh pods join, with its proxy as a native sidecar.', meshes),
  networkPolicy: keys('Who may reach master and workers.', {
    enabled: flag('Nobody reaches workers, and only they the port of the master that is for them.'),
    http: listOf(
      'NetworkPolicyPeer',
      'Who may ask the master for results, as `from` of a NetworkPolicy. Empty: anyone, since what kubectl asks comes through the API server, from elsewhere in each cluster.',
    ),
    egress: keys('What pods of the release may reach, in a namespace where nothing may be reached.', {
      enabled: flag('Name servers, the master, the demo target and what `to` says; nothing else.'),
      to: listOf(
        'NetworkPolicyEgressRule',
        'Where else master and workers go, as `egress` of a NetworkPolicy: the target, a webhook, where results are uploaded. Needed where load.host is said.',
      ),
      dns: listOf('NetworkPolicyPeer', 'Name servers, as `to` of a NetworkPolicy; empty: anywhere, at port 53.'),
      apiServer: listOf(
        'NetworkPolicyPeer',
        'The API server, with rbac.create; empty: anywhere, at ports 443 and 6443.',
      ),
    }),
  }),
  service: keys('Of the Services of master and demo target.', {
    ipFamilyPolicy: text("SingleStack, PreferDualStack or RequireDualStack; empty: the cluster's default.", {
      pattern: '^(SingleStack|PreferDualStack|RequireDualStack)?$',
    }),
    ipFamilies: {
      description: "IPv4, IPv6 or both, the first first; empty: the cluster's default.",
      type: 'array',
      items: { type: 'string', enum: ['IPv4', 'IPv6'] },
      maxItems: 2,
      uniqueItems: true,
    },
  }),
  disruptionBudget: keys('Whether a drained node waits for a run.', {
    enabled: flag(
      'No pod of a run is sent away by the eviction API: a drain waits for its end, and for that of the release.',
    ),
  }),
  results: keys('What is left of a run. The master serves it as long as the release is there.', {
    checkpoint: duration(
      'How often it is saved: a master that is started again serves what was, and the run is broken.',
      {
        minimum: 1,
      },
    ),
    persistence: keys('A volume that they are kept on, in a folder for each run.', {
      enabled: flag('Otherwise they go with the pod of the master.'),
      existingClaim: text('Name of a PersistentVolumeClaim that exists; empty: one is made.'),
      size: text('Of the volume.', { pattern: '^[0-9]+(\\.[0-9]+)?([EPTGMk]i?)?$' }),
      storageClass: text("Empty: the cluster's default."),
      accessModes: texts('How the volume may be mounted.'),
      keep: flag('Keep the claim when the release is uninstalled.'),
      runId: text(
        'Name of the run on the volume, new for each; empty: the moment of rendering. Argo CD needs one that is said.',
        { pattern: '^[A-Za-z0-9._-]*$', maxLength: 63 },
      ),
    }),
    upload: keys('The result files as one .tar.gz, sent by HTTP PUT before the verdict is told.', {
      existingSecret: text('Name of a Secret with a presigned URL (S3, GCS) or one with a SAS token (Azure Blob).'),
      key: text('Its key in the Secret.', { minLength: 1 }),
    }),
  }),
  notify: keys('A small JSON document about the end of a run, sent by HTTP POST before the verdict is told.', {
    webhook: keys('Where it goes: an incoming webhook of Slack or Teams, or anything that takes JSON.', {
      existingSecret: text('Name of a Secret with its URL.'),
      key: text('Its key in the Secret.', { minLength: 1 }),
    }),
    outcomes: {
      description: 'Which ends are told.',
      type: 'array',
      items: { type: 'string', enum: ['passed', 'failed', 'broken'] },
      minItems: 1,
      uniqueItems: true,
    },
    link: text('Where there is more of it, for whoever reads it: a CI job, a dashboard.', {
      pattern: '^(https?://.+)?$',
    }),
  }),
  metrics: keys(
    'Of the run, for Prometheus: at /metrics of port 8089 (http) of the master, and of the one pod of continuous and schedule. OpenTelemetry has them pushed.',
    {
      annotations: flag('Have prometheus.io/scrape, port and path on the pod.'),
      podMonitor: keys("For Prometheus's operator, whose PodMonitor the cluster must know.", {
        enabled: flag('Whether it is made.'),
        interval: duration('How often the pod is asked; null: as Prometheus asks others.', { exclusiveMinimum: 0 }),
        labels: labels('More labels of it: those that your Prometheus selects by.'),
      }),
      dashboard: keys("A ConfigMap with a dashboard for Grafana, of all releases' runs: one release is enough.", {
        enabled: flag('Whether it is made.'),
        labels: labels("More labels of it: those that Grafana's sidecar looks for."),
      }),
      otel: keys('The same numbers, pushed by OTLP over HTTP while the run goes on and once it is over.', {
        endpoint: text('URL of a collector, without /v1/metrics; empty: nothing is pushed.', {
          pattern: '^(https?://.+)?$',
        }),
        protocol: choice('How it is written.', ['http/protobuf', 'http/json']),
        interval: duration('Between two pushes.', { exclusiveMinimum: 0 }),
        headers: keys('What the collector knows us by.', {
          existingSecret: text('Name of a Secret with them, as name=value,name=value, values percent-encoded.'),
          key: text('Its key in the Secret.', { minLength: 1 }),
        }),
      }),
    },
  ),
  jobTtl: duration('How long Jobs are kept once they are over; more than 0. Not with mode schedule.', { minimum: 0 }),
  log: keys("Of katydid's own log, on stderr.", {
    level: choice('The least level that is logged.', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    format: choice('json: a line is an object; pretty: for people.', ['json', 'pretty']),
  }),
  demoTarget: keys('A shop to try things on; the host where load.host is not said.', {
    enabled: flag('Whether it is started.'),
    // an argument of a container must be text
    latency: text('Mean time an answer takes, as 5ms or 1s.', { pattern: durationPattern }),
    errorRate: {
      description: 'Share of answers that are errors: 1%, or a number from 0 to 1.',
      anyOf: [
        { type: 'string', pattern: ratioPattern },
        { type: 'number', minimum: 0, maximum: 1 },
      ],
    },
  }),
  extraObjects: {
    description: 'More objects of the release, as maps or text; templates in them are filled in.',
    type: 'array',
    items: { type: ['object', 'string'] },
  },
  global: map('Values that Helm gives every chart of a release; this one reads none.'),
  enabled: flag('For a chart that depends on this one and says so as its condition; this one does not read it.'),
}

/** The runner requires a file and has a profile of its own; here the chart names a file, and checks that the profile ends. */
function loadPart(load: Schema): Schema {
  const { required: _, ...rest } = load
  const { profile, ...others } = load.properties as Record<string, Schema>
  const { default: __, allOf, ...ending } = profile as Schema
  // what is of another kind is named by the templates, in a sentence: kindChecks
  const kinds = (allOf as { then: Schema }[]).map((kind) => {
    const { additionalProperties: ___, ...own } = kind.then
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nobody awaits this
    return { ...kind, then: own }
  })
  return {
    ...rest,
    description: 'The load, as katydid run -f takes it.',
    properties: { ...others, profile: { ...ending, allOf: kinds } },
  }
}

function workersPart(workers: Schema): Schema {
  const engine = choice("What a worker runs: katydid, or Locust's own Python.", ['katydid', 'locust'])
  return { ...workers, description: 'How many generate the load.', properties: { engine, ...workers.properties } }
}

/** Left to Kubernetes, and to Prometheus. */
const mayBeNull = new Set(['schedule.startingDeadline', 'metrics.podMonitor.interval'])

/**
 * What the chart says a default of must be there: Helm takes a value away that is said to be null, and templates would find nothing where it was,
 * which is an error of ours to whoever reads it, or a run without a key.
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
  const defaults = parse(readFileSync(valuesFile, 'utf8')) as Record<string, unknown>
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
