import { type Command, Option } from 'commander'
import type { PlanFlags } from '../plan/options.ts'
import { parseParams } from './parse-params.ts'
import { checkValuesPath } from './values-path.ts'

/** What commander gives for the flags that make a plan; `undefined` is "not said". */
export interface LoadFlags {
  values: string[]
  host?: string
  users?: string
  spawnRate?: string
  runTime?: string
  stopTimeout?: string
  tags?: string[]
  excludeTags?: string[]
  threshold: string[]
  param: string[]
  arrivals?: string
  maxUsers?: string
  warmup?: string
  maxNames?: string
  maxRps?: string
  onSaturated?: string
  expectWorkers?: string
  expectWorkersMaxWait?: string
  timeout?: string
  connectTimeout?: string
  maxRedirects?: string
  maxBody?: string
  connections?: string
  keepAlive: boolean
  http2?: boolean
  proxy?: string
  insecure?: boolean
  ca?: string
  cert?: string
  key?: string
}

/** The flags that `run`, `run-one`, `plan` and `master` share. Short ones are Locust's; `-f` is Helm's. */
export function addLoadFlags(command: Command): Command {
  const many = (value: string, before: string[]) => [...before, value]
  return command
    .option(
      '-f, --values <file>',
      'values file; several are merged as Helm merges them',
      (path: string, before: string[]) => many(checkValuesPath(path), before),
      [],
    )
    .option('-H, --host <url>', 'base URL of the target')
    .option('-u, --users <count>', 'peak number of users')
    .option('-r, --spawn-rate <rate>', 'users started per second: 10, 10/s, 600/m')
    .option('-t, --run-time <duration>', 'how long: 90s, 5m, 1h30m, 7d; a bare number is seconds')
    .option('-s, --stop-timeout <duration>', 'how long users may finish their task at the end')
    .option('-T, --tags <tag...>', 'only tasks with one of these tags')
    .option('-E, --exclude-tags <tag...>', 'no tasks with one of these tags')
    .option('--threshold <that>', 'e.g. "p95 < 300ms", "GET /x: p99{ok} < 1s"; several', many, [])
    .option('--param <name=value>', "a parameter of the load file's `params`; several", many, [])
    .option('--arrivals <rate>', 'open model: iterations started per second, whatever the target does')
    .option('--max-users <count>', 'with --arrivals: users that may be busy at once')
    .option('--warmup <duration>', 'leave the beginning out of thresholds')
    .option('--max-rps <rate>', 'HTTP requests per second over all workers, at the very most: 50, 50/s, 600/m')
    .option('--max-names <count>', 'distinct request names kept apart')
    .addOption(
      new Option('--on-saturated <verdict>', 'what a saturated generator makes of the run').choices(['broken', 'warn']),
    )
    .option('--timeout <duration>', 'the longest a request may take')
    .option('--connect-timeout <duration>', 'the longest a connection may take')
    .option('--max-redirects <count>', 'redirects followed at most')
    .option('--max-body <size>', 'the longest body that is read: 10MB, 1GiB')
    .addOption(
      new Option('--connections <whose>', 'a connection of its own for each user, or a pool').choices([
        'user',
        'shared',
      ]),
    )
    .option('--no-keep-alive', 'a new connection for each request')
    .option('--http2', 'HTTP/2 where the target offers it')
    .option('--proxy <url>', 'HTTP or SOCKS 5 proxy')
    .option('--insecure', "do not check the target's certificate")
    .option('--ca <file>', 'certificates to trust (PEM)')
    .option('--cert <file>', 'client certificate (PEM)')
    .option(
      '--key <file>',
      "client certificate's key (PEM); if it is encrypted, KATYDID_HTTP_KEY_PASSPHRASE has its passphrase",
    )
}

/** The same as the plan wants them. */
export function toPlanFlags(file: string | undefined, userClasses: readonly string[], flags: LoadFlags): PlanFlags {
  const { timeout, connectTimeout, connections, keepAlive, http2, proxy, insecure, ca, cert, key, maxRedirects } = flags
  return {
    file,
    host: flags.host,
    users: flags.users,
    spawnRate: flags.spawnRate,
    runTime: flags.runTime,
    stopTimeout: flags.stopTimeout,
    warmup: flags.warmup,
    arrivals: flags.arrivals,
    maxUsers: flags.maxUsers,
    tags: flags.tags,
    excludeTags: flags.excludeTags,
    userClasses: userClasses.length > 0 ? userClasses : undefined,
    thresholds: flags.threshold.length > 0 ? flags.threshold : undefined,
    params: flags.param.length > 0 ? parseParams(flags.param) : undefined,
    onSaturated: flags.onSaturated,
    expectWorkers: flags.expectWorkers,
    expectWorkersMaxWait: flags.expectWorkersMaxWait,
    maxNames: flags.maxNames,
    maxRps: flags.maxRps,
    // commander's --no-… is true when it was not given, and then the values file decides
    http: {
      timeout,
      connectTimeout,
      connections,
      keepAlive: keepAlive ? undefined : false,
      http2,
      proxy,
      insecure,
      ca,
      cert,
      key,
      maxRedirects,
      maxBodyBytes: flags.maxBody,
    },
  }
}
