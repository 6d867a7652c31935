import { z } from 'zod'
import { duration, flag, names, rate, size, text, wholeNumber } from './fields.ts'
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

const thresholds = z
  .array(
    z.union([that().transform((that): z.output<typeof threshold> => ({ that, abort: false })), threshold], {
      error: 'a threshold: p95 < 300ms',
    }),
    { error: 'a list of thresholds' },
  )
  .default([])
  .describe(
    'The run fails if one of these breaks. Example: p95 < 300ms, or { that: p95 < 500ms, window: 1m, abort: true }.',
  )

const http = z.strictObject({
  timeout: duration({ positive: true })
    .prefault('60s')
    .describe('Time limit of a request, from its start to the last byte of the response.'),
  connectTimeout: duration({ positive: true })
    .prefault('10s')
    .describe('Time limit for opening a connection, with its TLS handshake.'),
  connections: z
    .enum(['user', 'shared'])
    .default('user')
    .describe('user: each user has its own connection, like a real user. shared: all users of a worker share a pool.'),
  keepAlive: flag().default(true).describe('false opens a new connection for each request.'),
  http2: flag().default(false).describe('Uses HTTP/2 if the target supports it.'),
  proxy: url('a URL: http://proxy:3128')
    .optional()
    .describe(
      'URL of an HTTP or SOCKS 5 proxy. Example: http://proxy:3128. HTTP_PROXY of the environment is not used.',
    ),
  insecure: flag().default(false).describe('Accepts any TLS certificate of the target.'),
  ca: pathOf('a PEM file').describe('Path of a PEM file with the certificates to trust.'),
  cert: pathOf('a PEM file').describe('Path of a PEM file with the client certificate.'),
  key: pathOf('a PEM file').describe(
    'Path of a PEM file with the key of the client certificate. The passphrase of an encrypted key is read from the environment variable KATYDID_HTTP_KEY_PASSPHRASE.',
  ),
  maxRedirects: wholeNumber(0, 1_000).default(30).describe('Most redirects that a request follows.'),
  maxBodyBytes: size({ positive: true })
    .prefault('16MiB')
    .describe('How much of a response body is kept. Reading a longer body throws an error.'),
})

const certAndKey = http.superRefine(({ cert, key }, context) => {
  if (cert !== undefined && key === undefined)
    context.addIssue({ code: 'custom', path: ['key'], message: 'is missing: cert needs its key' })
  if (key !== undefined && cert === undefined)
    context.addIssue({ code: 'custom', path: ['cert'], message: 'is missing: key needs its cert' })
})

/** `load:` of a values file: the plan of a run. Its defaults are here and nowhere else. */
export const loadSchema = z.strictObject({
  file: text('the path of a load file: an argument, KATYDID_FILE or load.file').describe(
    'Path of the load file. Example: examples/shop.ts.',
  ),
  host: url('a URL: http://localhost:8000')
    .optional()
    .describe('Base URL of the target. It replaces the static host of a user class. Example: http://shop.default.svc.'),
  profile: profileSchema
    .prefault({ kind: 'constant', users: 1 })
    .describe('The load profile: how many users or arrivals at which time.'),
  stopTimeout: duration().prefault('30s').describe('At the end of the run, users have this time to finish their task.'),
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
  warmup: duration().prefault(0).describe('Thresholds ignore this first part of the run. Example: 30s.'),
  thresholds,
  params: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' }), {
      error: 'a map of parameters',
    })
    .default({})
    .describe('Values for the parameters of the load file. Example: { tenant: blue }.'),
  tags: names('a tag').default([]).describe('Runs only tasks that have one of these tags.'),
  excludeTags: names('a tag').default([]).describe('Runs no task that has one of these tags.'),
  userClasses: names('the name of a user class')
    .default([])
    .describe('Runs only these user classes. Default: all classes of the load file.'),
  onSaturated: z
    .enum(['broken', 'warn'])
    .default('broken')
    .describe(
      'Verdict if the load generator was too busy in more than 5 % of the seconds. broken: the run is broken. warn: the report has a warning.',
    ),
  http: certAndKey.prefault({}),
  guard: z
    .strictObject({
      maxRps: rate({ positive: true })
        .optional()
        .describe(
          'Most HTTP requests per second of all workers together, with redirects. Users wait when they reach it. Example: 50/s.',
        ),
    })
    .prefault({})
    .describe('Limits that hold for any profile and any number of users.'),
  maxNames: wholeNumber(1, 100_000)
    .default(500)
    .describe('How many request names have their own row. All other names share the row (other).'),
  stats: z
    .strictObject({
      reportInterval: duration({ positive: true }).prefault('1s').describe('Time between two reports of a worker.'),
    })
    .prefault({})
    .describe('How often workers report.'),
})
