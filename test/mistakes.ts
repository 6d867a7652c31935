import type { RunOptions } from './run-katydid.ts'

const good = `import { constant, HttpUser, task } from 'katydid'
export class U extends HttpUser {
  waitTime = constant(0.1)
  @task async t() { await this.client.get('/json') }
}
`
const feeding = `import { constant, feed, HttpUser, task } from 'katydid'
const rows = feed('users.csv', { mode: 'unique' })
export class U extends HttpUser {
  waitTime = constant(0.1)
  @task async t() { await this.client.get('/json', { query: await rows.next() }) }
}
`

const fromLocust =
  "Katydid runs TypeScript and JavaScript. See docs/migrating-from-locust.md: it translates Locust's words to TypeScript, and shows how Python workers join a Katydid master"

export interface Mistake extends RunOptions {
  /** `<url>`, `<port>` and `<client.pem>` stand for the target's and a client certificate. */
  args: string[]
  /** The whole of what is said on stderr, line by line. */
  says: string[]
}

const run = (...flags: string[]) => ['run', 'load.ts', ...flags]
const files = (load: string, more: Record<string, string> = {}) => ({ 'load.ts': load, ...more })
const values = (yaml: string) => files(good, { 'v.yaml': yaml })

/** Everything here is found before any load: exit code 2, the whole message, and not one request sent. */
export const mistakes: Record<string, Mistake> = {
  'an unknown command': { args: ['rn'], says: ["katydid: unknown command 'rn'", '(Did you mean run?)'] },
  'no file': {
    args: ['run'],
    says: [
      'katydid: load.file: is missing: must be the path of a load file, for example shop.ts: an argument, KATYDID_FILE or load.file',
    ],
  },
  'a missing file': {
    args: ['run', 'nowhere.ts', '-H', '<url>'],
    says: [
      'katydid: The load file nowhere.ts does not exist',
      '  name a TypeScript or JavaScript file that exports user classes: katydid run shop.ts',
    ],
  },
  'a load file where values files go': {
    args: ['run', '-f', 'load.ts', '-H', '<url>'],
    files: files(good),
    says: ['katydid: -f takes values files, but load.ts is a load file', '  write load.ts without -f'],
  },
  'a locustfile where values files go': {
    args: ['run', '-f', 'locustfile.py', '--headless', '-H', '<url>'],
    says: ['katydid: -f takes values files, but locustfile.py is a Python file', `  ${fromLocust}`],
  },
  'a locustfile': {
    args: ['run', 'locustfile.py', '-H', '<url>'],
    files: { 'locustfile.py': 'from locust import HttpUser\n' },
    says: ['katydid: The load file locustfile.py is written in Python', `  ${fromLocust}`],
  },
  'a folder': {
    args: ['run', '.', '-H', '<url>'],
    says: [
      'katydid: The load file . is a directory',
      '  name a TypeScript or JavaScript file that exports user classes: katydid run shop.ts',
    ],
  },
  'a file without users': {
    args: run('-H', '<url>'),
    files: files('export const a = 1\n'),
    says: [
      'katydid: No user class in load.ts',
      '  a: a number',
      '  export a class that extends User and has tasks: export class Shopper extends HttpUser { @task async browse() { … } }',
    ],
  },
  'users without tasks': {
    args: run('-H', '<url>'),
    files: files(`import { HttpUser } from 'katydid'\nexport class Idle extends HttpUser {}\n`),
    says: [
      'katydid: No user class in load.ts',
      '  Idle: a user class without tasks (mark methods with @task, or set static tasks)',
      '  export a class that extends User and has tasks: export class Shopper extends HttpUser { @task async browse() { … } }',
    ],
  },
  'a syntax error': {
    args: run('-H', '<url>'),
    files: files('const a = 1\nconst b = = 2\n'),
    says: ['katydid: load.ts:2:11: Unexpected "="', '  2 | const b = = 2', '    |           ^'],
  },
  'an error at the top of the file': {
    args: run('-H', '<url>'),
    files: files(`${good}\nthrow new TypeError('at the top')\n`),
    says: ['katydid: load.ts:7:7: TypeError: at the top', "  7 | throw new TypeError('at the top')", '    |       ^'],
  },
  'an import that does not exist': {
    args: run('-H', '<url>'),
    files: files(`import 'nowhere'\n${good}`),
    says: [
      'katydid: load.ts:1:8: Cannot find the package nowhere',
      "  1 | import 'nowhere'",
      '    |        ^^^^^^^^^',
      '  install it in the folder of the load file (npm install nowhere), or add it to paths in tsconfig.json',
    ],
  },
  'a user class that is not there': {
    args: run('Shoper', '-H', '<url>'),
    files: files(good),
    says: ['katydid: load.ts has no user class Shoper', '  use one of U'],
  },
  'tags that leave no task': {
    args: run('-H', '<url>', '-T', 'none'),
    files: files(good),
    says: [
      'katydid: No task is left with -T none',
      "  set the tags of a task with @tag('name'), and check --tags and --exclude-tags",
    ],
  },
  'an unknown option': {
    args: run('-H', '<url>', '--user', '5'),
    files: files(good),
    says: ["katydid: unknown option '--user'", '(Did you mean --users?)'],
  },
  'an unknown output format': {
    args: run('-H', '<url>', '--log-format', 'xml'),
    files: files(good),
    says: ["katydid: option '--log-format <format>' argument 'xml' is invalid. Allowed choices are json, pretty."],
  },
  'a bad duration': {
    args: run('-H', '<url>', '-t', '5x'),
    files: files(good),
    says: ['katydid: --run-time: bad duration "5x": use 90s, 5m, 1h30m, 7d'],
  },
  'a bad rate': {
    args: run('-H', '<url>', '-r', '10/fortnight'),
    files: files(good),
    says: ['katydid: --spawn-rate: bad rate "10/fortnight": use 10/s, 600/m, 36000/h or a number per second'],
  },
  'a bad threshold': {
    args: run('-H', '<url>', '--threshold', 'p95 << 3'),
    files: files(good),
    says: [
      'katydid: --threshold: bad threshold "p95 << 3": it must have the form MEASURE OPERATOR LIMIT: use p95 < 300ms, GET /cart: p99{ok} < 1s, fail_ratio < 1%',
    ],
  },
  'a threshold on nothing known': {
    args: run('-H', '<url>', '--threshold', 'p95x < 3ms'),
    files: files(good),
    says: [
      'katydid: --threshold: bad threshold "p95x < 3ms": unknown measure "p95x": use p50 … p99.9, mean, avg, min, max, median, rps, failures_per_second, fail_ratio, requests, failures, aborted, exceptions, dropped, unanswered, or "your own metric" in quotes',
    ],
  },
  'a parameter without a value': {
    args: run('-H', '<url>', '--param', 'size'),
    files: files(good),
    says: ['katydid: bad --param "size"', '  write --param name=value'],
  },
  'a parameter nobody asked for': {
    args: run('-H', '<url>', '--param', 'size=1'),
    files: files(good),
    says: [
      'katydid: Bad parameter: load.ts has no parameter size',
      "  the load file declares no parameters. To declare one: export const params = parameters({ tenant: 'blue' })",
    ],
  },
  'negative users': {
    args: run('-H', '<url>', '-u', '-5'),
    files: files(good),
    says: ['katydid: --users: must be a whole number from 1 to 1,000,000, not -5'],
  },
  'absurd users': {
    args: run('-H', '<url>', '-u', '1e12'),
    files: files(good),
    says: ['katydid: --users: must be a whole number from 1 to 1,000,000, not 1000000000000'],
  },
  'half a user': {
    args: run('-H', '<url>', '-u', '1.5'),
    files: files(good),
    says: ['katydid: --users: must be a whole number from 1 to 1,000,000, not 1.5'],
  },
  'a host that is no URL': {
    args: run('-H', 'localhost:8000', '-t', '1s'),
    files: files(good),
    says: ['katydid: --host: must be a URL such as http://localhost:8000, not "localhost:8000"'],
  },
  'a host that is no web server': {
    args: run('-H', 'ftp://127.0.0.1', '-t', '1s'),
    files: files(good),
    says: [
      'katydid: the host "ftp://127.0.0.1" is not an http or https URL',
      '  write it like http://localhost:8000 or https://shop.example.com/api',
    ],
  },
  'a host with a percent sign in its password': {
    args: run('-H', 'http://ann:50%off@127.0.0.1:8000', '-t', '1s'),
    files: files(good),
    says: [
      'katydid: the host "http://127.0.0.1:8000": the name or password in a URL has a percent sign that is not part of an encoded character',
      '  write % as %25 in a name or password',
    ],
  },
  'a host with a query': {
    args: run('-H', 'http://127.0.0.1:8000/api?tenant=blue', '-t', '1s'),
    files: files(good),
    says: [
      'katydid: the host "http://127.0.0.1:8000/api?tenant=blue" has a query',
      '  write only scheme, name, port and the first part of the path, and set the query in each request',
    ],
  },
  'a proxy of another kind': {
    args: run('-H', '<url>', '-t', '1s', '--proxy', 'socks4://127.0.0.1:1080'),
    files: files(good),
    says: [
      'katydid: http.proxy: katydid does not support socks4:// proxies',
      '  write it like http://proxy:3128, http://name:password@proxy:3128 or socks5://proxy:1080',
    ],
  },
  'a CA file that is none': {
    args: run('-H', '<url>', '-t', '1s', '--ca', 'ca.pem'),
    files: files(good, { 'ca.pem': 'hello' }),
    says: ['katydid: http.ca: ca.pem has no certificate: it is not a PEM file', '  give the path of a PEM file'],
  },
  'a values file that is missing': {
    args: run('-H', '<url>', '-f', 'v.yaml'),
    files: files(good),
    says: ['katydid: values file v.yaml does not exist'],
  },
  'a values file that is no YAML': {
    args: run('-H', '<url>', '-f', 'v.yaml'),
    files: values('load: [unclosed\n'),
    says: [
      'katydid: v.yaml:2:1: this is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  },
  'an unknown key': {
    args: run('-H', '<url>', '-f', 'v.yaml'),
    files: values('load:\n  stopTimout: 5s\n'),
    says: ['katydid: v.yaml: load.stopTimout: unknown key: did you mean stopTimeout?'],
  },
  'all mistakes of a values file at once': {
    args: run('-f', 'v.yaml'),
    files: values(`load:
  profile: { kind: constant, users: -1, spawnrate: 5/s, runTime: soon }
  stopTimeout: 5 parsecs
  thresholds: [p95 < 300ms, nonsense]
  http: { timeout: 0s, insecure: perhaps }
`),
    says: [
      'katydid: the plan has 7 mistakes',
      '  v.yaml: load.profile.users: must be a whole number from 1 to 1,000,000, not -1',
      '  v.yaml: load.profile.runTime: bad duration "soon": use 90s, 5m, 1h30m, 7d',
      '  v.yaml: load.profile.spawnrate: kind constant has no such key: did you mean spawnRate?',
      '  v.yaml: load.stopTimeout: bad duration "5 parsecs": use 90s, 5m, 1h30m, 7d',
      '  v.yaml: load.http.timeout: must be more than 0, not 0s',
      '  v.yaml: load.http.insecure: must be true or false, not "perhaps"',
      '  v.yaml: load.thresholds[1]: bad threshold "nonsense": it must have the form MEASURE OPERATOR LIMIT: use p95 < 300ms, GET /cart: p99{ok} < 1s, fail_ratio < 1%',
    ],
  },
  'an unknown profile': {
    args: run('-H', '<url>', '-f', 'v.yaml'),
    files: values('load:\n  profile: { kind: stage, stages: [] }\n'),
    says: [
      'katydid: v.yaml: load.profile.kind: must be constant, stages, spike, bursts, arrivals or shape, not "stage" (did you mean stages?)',
    ],
  },
  'a shape without a class': {
    args: run('-H', '<url>', '-f', 'v.yaml'),
    files: values('load:\n  profile: { kind: shape }\n'),
    says: ['katydid: load.ts has no LoadShape class', '  export a class that extends LoadShape'],
  },
  'a certificate without its key': {
    args: run('-H', '<url>', '--cert', '<client.pem>'),
    files: files(good),
    says: ['katydid: load.http.key (--key): is missing: a client certificate (cert) needs its key'],
  },
  'a certificate authority that is missing': {
    args: run('-H', '<url>', '--ca', 'ca.pem'),
    files: files(good),
    says: ['katydid: http.ca: cannot read ca.pem (ENOENT)', '  give the path of a PEM file'],
  },
  'a feed that is missing': {
    args: run('-H', '<url>', '-t', '1s'),
    files: files(feeding),
    says: [
      'katydid: The feed users.csv does not exist',
      '  katydid looked for <dir>/users.csv: paths are relative to the load file',
      '  at load.ts:2:14',
    ],
  },
  'a feed that is empty': {
    args: run('-H', '<url>', '-t', '1s'),
    files: files(feeding, { 'users.csv': '' }),
    says: ['katydid: The feed users.csv is empty', '  at load.ts:2:14'],
  },
  'a feed with a header only': {
    args: run('-H', '<url>', '-t', '1s'),
    files: files(feeding, { 'users.csv': 'a,b\n' }),
    says: ['katydid: The feed users.csv has a header but no rows', '  at load.ts:2:14'],
  },
  'a feed with an unclosed quote': {
    args: run('-H', '<url>', '-t', '1s'),
    files: files(feeding, { 'users.csv': 'a,b\n1,2\n3,"4\n' }),
    says: [
      'katydid: The feed users.csv:3 has a quote that is never closed: "\\"4"',
      '  write CSV as in RFC 4180: put a field with quotes, delimiters or line ends in quotes, and write a quote inside it twice',
      '  at load.ts:2:14',
    ],
  },
  'a feed with a row too long': {
    args: run('-H', '<url>', '-t', '1s'),
    files: files(feeding, { 'users.csv': 'a,b\n1,2,3\n' }),
    says: [
      'katydid: The feed users.csv:2 has 3 columns where 2 were expected',
      '  the columns are a, b. Put a field that contains "," in quotes',
      '  at load.ts:2:14',
    ],
  },
  'an output that cannot be written': {
    args: run('-H', '<url>', '-t', '1s', '--junit', 'load.ts/out.xml'),
    files: files(good),
    says: [
      'katydid: cannot write load.ts/out.xml (--junit): a part of the path is a file, not a folder (ENOTDIR)',
      '  use a file in a folder that you may write to',
    ],
  },
  'a port in use': {
    args: ['target', '--port', '<port>'],
    says: [
      'katydid: The shop cannot listen on 127.0.0.1:<port>: the port is in use',
      '  choose another with --port, or --port 0 for any free one',
    ],
  },
  'a port that is none': {
    args: ['target', '--port', 'eighty'],
    says: [
      'katydid: The port of the shop must be a whole number from 0 to 65535',
      '  for example --port 8000, or --port 0 for any free one',
    ],
  },
}
