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
  that: that().describe('What must hold: p95 < 300ms.'),
  window: duration({ positive: true })
    .optional()
    .describe('Over every stretch this long; left out: over the whole run.'),
  abort: flag().default(false).describe('End the run when it breaks.'),
  after: duration().optional().describe('Not before this time.'),
})

const thresholds = z
  .array(
    z.union([that().transform((that): z.output<typeof threshold> => ({ that, abort: false })), threshold], {
      error: 'a threshold: p95 < 300ms',
    }),
    { error: 'a list of thresholds' },
  )
  .default([])
  .describe('What must hold for the run to pass: p95 < 300ms, or that with a window.')

const http = z.strictObject({
  timeout: duration({ positive: true }).prefault('60s').describe('Of one request, from its start to its last byte.'),
  connectTimeout: duration({ positive: true }).prefault('10s').describe('Of making a connection, with TLS.'),
  connections: z.enum(['user', 'shared']).default('user').describe('user: each has its own, as a real user has.'),
  keepAlive: flag().default(true).describe('false: a new connection for each request.'),
  http2: flag().default(false).describe('HTTP/2 where the target offers it.'),
  proxy: url('a URL: http://proxy:3128')
    .optional()
    .describe('An HTTP or SOCKS 5 proxy; those of the environment are not used.'),
  insecure: flag().default(false).describe('Accept any TLS certificate.'),
  ca: pathOf('a PEM file').describe('Path of a PEM file: certificates to trust.'),
  cert: pathOf('a PEM file').describe('Path of a PEM file: the client certificate.'),
  key: pathOf('a PEM file').describe(
    "Path of a PEM file: the client certificate's key. If it is encrypted: KATYDID_HTTP_KEY_PASSPHRASE in the environment of who sends.",
  ),
  maxRedirects: wholeNumber(0, 1_000).default(30).describe('Redirects followed at most.'),
  maxBodyBytes: size({ positive: true }).prefault('16MiB').describe('A longer body is a failed request.'),
})

const certAndKey = http.superRefine(({ cert, key }, context) => {
  if (cert !== undefined && key === undefined)
    context.addIssue({ code: 'custom', path: ['key'], message: 'is missing: cert needs its key' })
  if (key !== undefined && cert === undefined)
    context.addIssue({ code: 'custom', path: ['cert'], message: 'is missing: key needs its cert' })
})

/** `load:` of a values file: the plan of a run. Its defaults are here and nowhere else. */
export const loadSchema = z.strictObject({
  file: text('the path of a load file: an argument, KATYDID_FILE or load.file').describe('The load file.'),
  host: url('a URL: http://localhost:8000')
    .optional()
    .describe('Base URL; it goes before the static host of a user class.'),
  profile: profileSchema.prefault({ kind: 'constant', users: 1 }).describe('How much load, when.'),
  stopTimeout: duration().prefault('30s').describe('Time for users to finish their task at the end.'),
  setupTimeout: duration({ positive: true })
    .prefault('60s')
    .describe(
      'Time for what the load file does before the load: setup() and listeners of init and testStart on the master, together; as much for those on each worker.',
    ),
  teardownTimeout: duration({ positive: true })
    .prefault('60s')
    .describe(
      'Time for what it does after the load: teardown() and listeners of testStopping, testStop and quitting on the master, together; as much for those on each worker.',
    ),
  warmup: duration().prefault(0).describe('The beginning of the run, which thresholds leave out.'),
  thresholds,
  params: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' }), {
      error: 'a map of parameters',
    })
    .default({})
    .describe('Parameters of the load file.'),
  tags: names('a tag').default([]).describe('Only tasks with one of these.'),
  excludeTags: names('a tag').default([]).describe('No tasks with one of these.'),
  userClasses: names('the name of a user class').default([]).describe('Only these; empty: all of the load file.'),
  onSaturated: z.enum(['broken', 'warn']).default('broken').describe('What a saturated generator makes of the run.'),
  http: certAndKey.prefault({}),
  guard: z
    .strictObject({
      maxRps: rate({ positive: true })
        .optional()
        .describe('HTTP requests per second over all workers, redirects counted; who would go beyond waits.'),
    })
    .prefault({})
    .describe('What the run must never do, whatever its users and profile ask for.'),
  maxNames: wholeNumber(1, 100_000).default(500).describe('Distinct request names before the rest is (other).'),
  stats: z
    .strictObject({
      reportInterval: duration({ positive: true }).prefault('1s').describe('Between two reports of a worker.'),
    })
    .prefault({})
    .describe('How often workers report.'),
})
