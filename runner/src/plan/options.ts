/** What the command line may say of a plan; all as it was typed. */
export interface PlanFlags {
  file?: string | undefined
  host?: string | undefined
  users?: string | number | undefined
  spawnRate?: string | number | undefined
  runTime?: string | number | undefined
  /** Rate of an open-model profile: `200/s`. */
  arrivals?: string | number | undefined
  /** Users an open-model profile may keep busy. */
  maxUsers?: string | number | undefined
  stopTimeout?: string | number | undefined
  warmup?: string | number | undefined
  tags?: readonly string[] | undefined
  excludeTags?: readonly string[] | undefined
  userClasses?: readonly string[] | undefined
  /** Replace those of the values files, as any list does. */
  thresholds?: readonly string[] | undefined
  params?: Readonly<Record<string, string>> | undefined
  onSaturated?: string | undefined
  maxRps?: string | number | undefined
  maxNames?: string | number | undefined
  expectWorkers?: string | number | undefined
  expectWorkersMaxWait?: string | number | undefined
  http?: { readonly [Option in HttpOption]?: string | number | boolean | undefined } | undefined
}

export type HttpOption =
  | 'timeout'
  | 'connectTimeout'
  | 'connections'
  | 'keepAlive'
  | 'http2'
  | 'proxy'
  | 'insecure'
  | 'ca'
  | 'cert'
  | 'key'
  | 'maxRedirects'
  | 'maxBodyBytes'

/** An option of a plan, wherever it is said. */
export interface PlanOption {
  /** Its name on the command line. */
  flag: string
  /** Names in the environment; the first that is set counts. */
  env: readonly string[]
  /** What it sets in the values. */
  path: readonly string[]
  read: (flags: PlanFlags) => unknown
  /** From the text of a flag or variable to what a values file would have there. */
  parse: (text: string) => unknown
}

const asText = (text: string): unknown => text
/** Text that is no number stays text: the schema says what is wrong with it. */
const asNumber = (text: string): unknown =>
  /^\s*[-+]?[0-9]/.test(text) && !Number.isNaN(Number(text)) ? Number(text) : text
const asList = (text: string): unknown => text.split(/[\s,]+/).filter((part) => part !== '')
const asFlag = (text: string): unknown =>
  ({ '1': true, true: true, '0': false, false: false })[text.toLowerCase()] ?? text

type Row = [flag: string, env: string, path: string, read: PlanOption['read'], parse?: PlanOption['parse']]

/** Locust's variables that mean the same here. Not LOCUST_LOCUSTFILE: that is Python. */
const locust = new Set([
  'HOST',
  'USERS',
  'SPAWN_RATE',
  'RUN_TIME',
  'STOP_TIMEOUT',
  'TAGS',
  'EXCLUDE_TAGS',
  'USER_CLASSES',
  'EXPECT_WORKERS',
  'EXPECT_WORKERS_MAX_WAIT',
])

const rows: Row[] = [
  ['FILE', 'FILE', 'load.file', (flags) => flags.file],
  ['--host', 'HOST', 'load.host', (flags) => flags.host],
  ['--users', 'USERS', 'load.profile.users', (flags) => flags.users, asNumber],
  ['--spawn-rate', 'SPAWN_RATE', 'load.profile.spawnRate', (flags) => flags.spawnRate],
  ['--run-time', 'RUN_TIME', 'load.profile.runTime', (flags) => flags.runTime],
  ['--arrivals', 'ARRIVALS', 'load.profile.rate', (flags) => flags.arrivals],
  ['--max-users', 'MAX_USERS', 'load.profile.maxUsers', (flags) => flags.maxUsers, asNumber],
  ['--stop-timeout', 'STOP_TIMEOUT', 'load.stopTimeout', (flags) => flags.stopTimeout],
  ['--warmup', 'WARMUP', 'load.warmup', (flags) => flags.warmup],
  ['--tags', 'TAGS', 'load.tags', (flags) => flags.tags, asList],
  ['--exclude-tags', 'EXCLUDE_TAGS', 'load.excludeTags', (flags) => flags.excludeTags, asList],
  ['CLASSES', 'USER_CLASSES', 'load.userClasses', (flags) => flags.userClasses, asList],
  ['--threshold', 'THRESHOLDS', 'load.thresholds', (flags) => flags.thresholds, asLines],
  ['--param', 'PARAMS', 'load.params', (flags) => flags.params, asPairs],
  ['--on-saturated', 'ON_SATURATED', 'load.onSaturated', (flags) => flags.onSaturated],
  ['--max-rps', 'MAX_RPS', 'load.guard.maxRps', (flags) => flags.maxRps],
  ['--max-names', 'MAX_NAMES', 'load.maxNames', (flags) => flags.maxNames, asNumber],
  ['--expect-workers', 'EXPECT_WORKERS', 'workers.count', (flags) => flags.expectWorkers, asNumber],
  ['--expect-workers-max-wait', 'EXPECT_WORKERS_MAX_WAIT', 'workers.maxWait', (flags) => flags.expectWorkersMaxWait],
  http('--timeout', 'timeout'),
  http('--connect-timeout', 'connectTimeout'),
  http('--connections', 'connections'),
  http('--keep-alive', 'keepAlive', asFlag),
  http('--http2', 'http2', asFlag),
  http('--proxy', 'proxy'),
  http('--insecure', 'insecure', asFlag),
  http('--ca', 'ca'),
  http('--cert', 'cert'),
  http('--key', 'key'),
  http('--max-redirects', 'maxRedirects', asNumber),
  http('--max-body', 'maxBodyBytes'),
]

/** Every option, with its flag, its variables and its place in the values. */
export const planOptions: readonly PlanOption[] = rows.map(([flag, env, path, read, parse = asText]) => ({
  flag,
  env: locust.has(env) ? [`KATYDID_${env}`, `LOCUST_${env}`] : [`KATYDID_${env}`],
  path: path.split('.'),
  read,
  parse,
}))

function http(flag: string, name: HttpOption, parse: PlanOption['parse'] = asText): Row {
  const env = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  return [flag, `HTTP_${env}`, `load.http.${name}`, (flags) => flags.http?.[name], parse]
}

function asLines(text: string): unknown {
  return text.split(/[\n;]/).flatMap((line) => line.trim() || [])
}

function asPairs(text: string): unknown {
  const pairs = asList(text) as string[]
  if (pairs.some((pair) => !pair.includes('='))) return text
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}
