import { z } from 'zod'
import { duration, flag, names, rate, size, text, wholeNumber } from './fields.ts'
import { asList, option } from './option.ts'
import { profileSchema } from './profile-schema.ts'

const isUrl = (value: string) => /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(value) && URL.canParse(value)
/** The same for JSON Schema, as far as one can say it (RE2). */
const urlPattern = '^[A-Za-z][A-Za-z0-9+.-]*://[^/]'
const url = (what: string) =>
  text(what)
    .refine(isUrl, { error: what, params: { must: true } })
    .meta({ pattern: urlPattern })
const pathOf = (what: string) => text(`the path of ${what}`).optional()

/** For JSON Schema: its form; `verdict/threshold-grammar.ts` knows the words. */
const thresholdPattern = '[^\\s<>=!]\\s*(<=|>=|==|[<>=])\\s*[^\\s<>=!]+\\s*$'
const that = () => text('a threshold: p95 < 300ms').meta({ pattern: thresholdPattern })

const threshold = z.strictObject({
  that: that().describe('The threshold. Example: p95 < 300ms.'),
  window: duration({ positive: true })
    .optional()
    .describe('Checks every period of this length, for example every 1m. Default: the whole run.'),
  abort: flag().default(false).describe('Ends the run when the threshold breaks.'),
  after: duration().optional().describe('Checks nothing before this time of the run. Example: 30s.'),
})

const thresholds = option(
  z
    .array(
      z.union([that().transform((that): z.output<typeof threshold> => ({ that, abort: false })), threshold], {
        error: 'a threshold: p95 < 300ms',
      }),
      { error: 'a list of thresholds' },
    )
    .default([])
    .describe(
      'The run fails if one of these breaks. Example: p95 < 300ms, or { that: p95 < 500ms, window: 1m, abort: true }.',
    ),
  {
    flags: '--threshold <that>',
    help: 'what must hold: "p95 < 300ms", "GET /x: p99{ok} < 1s". Can be given several times',
    name: 'thresholds',
    env: 'THRESHOLDS',
    parse: asLines,
  },
)

const http = z.strictObject({
  timeout: option(
    duration({ positive: true })
      .prefault('60s')
      .describe('Time limit of a request, from its start to the last byte of the response.'),
    { flags: '--timeout <duration>', help: 'longest time for a whole request' },
  ),
  connectTimeout: option(
    duration({ positive: true })
      .prefault('10s')
      .describe('Time limit for opening a connection, with its TLS handshake.'),
    { flags: '--connect-timeout <duration>', help: 'longest time to connect, with TLS' },
  ),
  connections: option(
    z
      .enum(['user', 'shared'])
      .default('user')
      .describe(
        'user: each user has its own connection, like a real user. shared: all users of a worker share a pool.',
      ),
    { flags: '--connections <whose>', help: 'one connection for each user, or a pool that all users share' },
  ),
  keepAlive: option(flag().default(true).describe('false opens a new connection for each request.'), {
    flags: '--no-keep-alive',
    help: 'open a new connection for each request',
  }),
  http2: option(flag().default(false).describe('Uses HTTP/2 if the target supports it.'), {
    flags: '--http2',
    help: 'use HTTP/2 if the target offers it',
  }),
  proxy: option(
    url('a URL such as http://proxy:3128')
      .optional()
      .describe(
        'URL of an HTTP or SOCKS 5 proxy. Example: http://proxy:3128. HTTP_PROXY of the environment is not used.',
      ),
    { flags: '--proxy <url>', help: 'send requests through this HTTP or SOCKS 5 proxy' },
  ),
  insecure: option(flag().default(false).describe('Accepts any TLS certificate of the target.'), {
    flags: '--insecure',
    help: 'do not check the certificate of the target',
  }),
  ca: option(pathOf('a PEM file').describe('Path of a PEM file with the certificates to trust.'), {
    flags: '--ca <file>',
    help: 'PEM file with certificates to trust',
  }),
  cert: option(pathOf('a PEM file').describe('Path of a PEM file with the client certificate.'), {
    flags: '--cert <file>',
    help: 'PEM file with the client certificate',
  }),
  key: option(
    pathOf('a PEM file').describe(
      'Path of a PEM file with the key of the client certificate. The passphrase of an encrypted key is read from the environment variable KATYDID_HTTP_KEY_PASSPHRASE.',
    ),
    {
      flags: '--key <file>',
      help: 'PEM file with the key of the client certificate. KATYDID_HTTP_KEY_PASSPHRASE is the passphrase of an encrypted key',
    },
  ),
  maxRedirects: option(wholeNumber(0, 1_000).default(30).describe('Most redirects that a request follows.'), {
    flags: '--max-redirects <count>',
    help: 'most redirects that a request follows',
  }),
  maxBodyBytes: option(
    size({ positive: true })
      .prefault('16MiB')
      .describe('How much of a response body is kept. Reading a longer body throws an error.'),
    { flags: '--max-body <size>', help: 'how much of a response body is kept: 10MB, 1GiB' },
  ),
})

const certAndKey = http.superRefine(({ cert, key }, context) => {
  if (cert !== undefined && key === undefined)
    context.addIssue({
      code: 'custom',
      path: ['key'],
      message: 'is missing: a client certificate (cert) needs its key',
    })
  if (key !== undefined && cert === undefined)
    context.addIssue({
      code: 'custom',
      path: ['cert'],
      message: 'is missing: a key needs its client certificate (cert)',
    })
})

/** `load:` of a values file: the plan of a run. Its defaults are here and nowhere else. */
export const loadSchema = z.strictObject({
  file: option(
    text('the path of a load file, for example shop.ts: an argument, KATYDID_FILE or load.file').describe(
      'Path of the load file. Example: examples/shop.ts.',
    ),
    { flags: 'FILE' },
  ),
  host: option(
    url('a URL such as http://localhost:8000')
      .optional()
      .describe(
        'Base URL of the target. It replaces the static host of a user class. Example: http://shop.default.svc.',
      ),
    { flags: '-H, --host <url>', help: 'base URL of the target, for example http://localhost:8000', locust: true },
  ),
  profile: profileSchema
    .prefault({ kind: 'constant', users: 1 })
    .describe('The load profile: how many users or arrivals at which time.'),
  stopTimeout: option(
    duration().prefault('30s').describe('At the end of the run, users have this time to finish their task.'),
    {
      flags: '-s, --stop-timeout <duration>',
      help: 'time for users to finish their task at the end of the run',
      locust: true,
    },
  ),
  setupTimeout: duration({ positive: true })
    .prefault('60s')
    .describe(
      'Time limit for setup() and the init and testStart listeners together. The master and each worker have their own limit.',
    ),
  teardownTimeout: duration({ positive: true })
    .prefault('60s')
    .describe(
      'Time limit for teardown() and the testStopping, testStop and quitting listeners together. The master and each worker have their own limit.',
    ),
  warmup: option(duration().prefault(0).describe('Thresholds ignore this first part of the run. Example: 30s.'), {
    flags: '--warmup <duration>',
    help: 'leave the first part of the run out of the thresholds',
  }),
  thresholds,
  params: option(
    z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' }), {
        error: 'a map of parameters',
      })
      .default({})
      .describe('Values for the parameters of the load file. Example: { tenant: blue }.'),
    {
      flags: '--param <name=value>',
      help: 'value of a parameter of the load file. Can be given several times',
      name: 'params',
      env: 'PARAMS',
      parse: asPairs,
    },
  ),
  tags: option(names('a tag').default([]).describe('Runs only tasks that have one of these tags.'), {
    flags: '-T, --tags <tag...>',
    help: 'run only tasks with one of these tags',
    locust: true,
  }),
  excludeTags: option(names('a tag').default([]).describe('Runs no task that has one of these tags.'), {
    flags: '-E, --exclude-tags <tag...>',
    help: 'leave out tasks with one of these tags',
    locust: true,
  }),
  userClasses: option(
    names('the name of a user class')
      .default([])
      .describe('Runs only these user classes. Default: all classes of the load file.'),
    { flags: 'CLASSES', name: 'userClasses', env: 'USER_CLASSES', locust: true },
  ),
  onSaturated: option(
    z
      .enum(['broken', 'warn'])
      .default('broken')
      .describe(
        'Verdict if the load generator was too busy in more than 5 % of the seconds. broken: the run is broken. warn: the report has a warning.',
      ),
    { flags: '--on-saturated <verdict>', help: 'what a saturated load generator does to the verdict' },
  ),
  http: certAndKey.prefault({}),
  guard: z
    .strictObject({
      maxRps: option(
        rate({ positive: true })
          .optional()
          .describe(
            'Most HTTP requests per second of all workers together, with redirects. Users wait when they reach it. Example: 50/s.',
          ),
        { flags: '--max-rps <rate>', help: 'limit of HTTP requests per second over all workers: 50, 50/s, 600/m' },
      ),
    })
    .prefault({})
    .describe('Limits that hold for any profile and any number of users.'),
  maxNames: option(
    wholeNumber(1, 100_000)
      .default(500)
      .describe('How many request names have their own row. All other names share the row (other).'),
    { flags: '--max-names <count>', help: 'most names of requests in the report. The rest is counted as (other)' },
  ),
  stats: z
    .strictObject({
      reportInterval: duration({ positive: true }).prefault('1s').describe('Time between two reports of a worker.'),
    })
    .prefault({})
    .describe('How often workers report.'),
})

function asLines(text: string): string[] {
  return text.split(/[\n;]/).flatMap((line) => line.trim() || [])
}

function asPairs(text: string): unknown {
  const pairs = asList(text)
  if (pairs.some((pair) => !pair.includes('='))) return text
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}
