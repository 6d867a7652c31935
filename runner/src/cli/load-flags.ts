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
      'values file. Several files are merged: the last one overrides the others',
      (path: string, before: string[]) => many(checkValuesPath(path), before),
      [],
    )
    .option('-H, --host <url>', 'base URL of the target, for example http://localhost:8000')
    .option('-u, --users <count>', 'peak number of users')
    .option('-r, --spawn-rate <rate>', 'users that start per second: 10, 10/s, 600/m')
    .option('-t, --run-time <duration>', 'length of the run: 90s, 5m, 1h30m, 7d. A number without a unit is seconds')
    .option('-s, --stop-timeout <duration>', 'time for users to finish their task at the end of the run')
    .option('-T, --tags <tag...>', 'run only tasks with one of these tags')
    .option('-E, --exclude-tags <tag...>', 'leave out tasks with one of these tags')
    .option(
      '--threshold <that>',
      'what must hold: "p95 < 300ms", "GET /x: p99{ok} < 1s". Can be given several times',
      many,
      [],
    )
    .option('--param <name=value>', 'value of a parameter of the load file. Can be given several times', many, [])
    .option('--arrivals <rate>', 'open model: iterations that start per second, however slow the target is')
    .option('--max-users <count>', 'with --arrivals: the most users that may be busy at once')
    .option('--warmup <duration>', 'leave the first part of the run out of the thresholds')
    .option('--max-rps <rate>', 'limit of HTTP requests per second over all workers: 50, 50/s, 600/m')
    .option('--max-names <count>', 'most names of requests in the report. The rest is counted as (other)')
    .addOption(
      new Option('--on-saturated <verdict>', 'what a saturated load generator does to the verdict').choices([
        'broken',
        'warn',
      ]),
    )
    .option('--timeout <duration>', 'longest time for a whole request')
    .option('--connect-timeout <duration>', 'longest time to connect, with TLS')
    .option('--max-redirects <count>', 'most redirects that a request follows')
    .option('--max-body <size>', 'how much of a response body is kept: 10MB, 1GiB')
    .addOption(
      new Option('--connections <whose>', 'one connection for each user, or a pool that all users share').choices([
        'user',
        'shared',
      ]),
    )
    .option('--no-keep-alive', 'open a new connection for each request')
    .option('--http2', 'use HTTP/2 if the target offers it')
    .option('--proxy <url>', 'send requests through this HTTP or SOCKS 5 proxy')
    .option('--insecure', 'do not check the certificate of the target')
    .option('--ca <file>', 'PEM file with certificates to trust')
    .option('--cert <file>', 'PEM file with the client certificate')
    .option(
      '--key <file>',
      'PEM file with the key of the client certificate. KATYDID_HTTP_KEY_PASSPHRASE is the passphrase of an encrypted key',
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
