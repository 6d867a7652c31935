import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { KatydidError } from '../errors.ts'
import { buildPlan } from './build-plan.ts'
import { type Given, mistakesIn, planOf } from './plan.fixture.ts'

const load = (text: string) => `load: { file: s.ts, ${text} }`
const profile = (text: string) => load(`profile: ${text}`)
const users = 'must be a whole number from 1 to 1,000,000'
const time = 'use 90s, 5m, 1h30m, 7d'
const kinds = 'constant, stages, spike, bursts, arrivals or shape'

describe('a mistake in a values file, in one sentence', () => {
  const table: [string, ...string[]][] = [
    // of the shape of it
    [
      '{}',
      'load.file: is missing: must be the path of a load file, for example shop.ts: an argument, KATYDID_FILE or load.file',
    ],
    ['load: 5', 'a.yaml: load: must be a map, not 5'],
    [
      'load: { file: 5 }',
      'a.yaml: load.file: must be the path of a load file, for example shop.ts: an argument, KATYDID_FILE or load.file, not 5',
    ],
    ['laod: {}\nload: { file: s.ts }', 'a.yaml: laod: unknown key: did you mean load?'],
    ['worker: {}\nload: { file: s.ts }', 'a.yaml: worker: unknown key: did you mean workers?'],
    [load('profle: {}'), 'a.yaml: load.profle: unknown key: did you mean profile?'],
    [load('http: { tiemout: 5s }'), 'a.yaml: load.http.tiemout: unknown key: did you mean timeout?'],
    [
      `${load('')}\nworkers: { foo: 1 }`,
      'a.yaml: workers.foo: unknown key: use one of count, maxWait, onLoss, usersPerWorker, processes',
    ],
    // of units and numbers
    [load('stopTimeout: 5 minuts'), `a.yaml: load.stopTimeout: bad duration "5 minuts": ${time}`],
    [load('stopTimeout: -5'), `a.yaml: load.stopTimeout: bad duration -5: ${time}`],
    [load('stopTimeout: [5s]'), `a.yaml: load.stopTimeout: must be a duration: ${time}, not ["5s"]`],
    [load('stopTimeout: .inf'), `a.yaml: load.stopTimeout: must be a duration: ${time}, not Infinity`],
    [load('maxNames: many'), 'a.yaml: load.maxNames: must be a whole number from 1 to 100,000, not "many"'],
    [
      load('host: localhost:8000'),
      'a.yaml: load.host: must be a URL such as http://localhost:8000, not "localhost:8000"',
    ],
    [load('host: "http://"'), 'a.yaml: load.host: must be a URL such as http://localhost:8000, not "http://"'],
    [
      load('host: "http://me:hush@shop:99999"'),
      'a.yaml: load.host: must be a URL such as http://localhost:8000, not "http://…@shop:99999"',
    ],
    [load('host: "me:hush@shop"'), 'a.yaml: load.host: must be a URL such as http://localhost:8000, not "me:…@shop"'],
    [load('tags: a'), 'a.yaml: load.tags: must be a list, each a tag, not "a"'],
    [load('tags: [1]'), 'a.yaml: load.tags[0]: must be a tag, not 1'],
    [load('params: { a: [1] }'), 'a.yaml: load.params.a: must be text, a number, true or false, not [1]'],
    [load('params: [1]'), 'a.yaml: load.params: must be a map of parameters, not [1]'],
    [
      load('onSaturated: brokn'),
      'a.yaml: load.onSaturated: must be broken or warn, not "brokn" (did you mean broken?)',
    ],
    [load('http: { keepAlive: sometimes }'), 'a.yaml: load.http.keepAlive: must be true or false, not "sometimes"'],
    [
      load('http: { maxBodyBytes: 16Mb }'),
      'a.yaml: load.http.maxBodyBytes: bad size "16Mb": use 64KiB, 16MiB, 1GiB, 10MB or a number of bytes',
    ],
    [load('http: { cert: a.pem }'), 'a.yaml: load.http.key: is missing: a client certificate (cert) needs its key'],
    [load('http: { key: a.pem }'), 'a.yaml: load.http.cert: is missing: a key needs its client certificate (cert)'],
    [load('stats: { reportInterval: 0s }'), 'a.yaml: load.stats.reportInterval: must be more than 0, not 0s'],
    // of thresholds
    [load('thresholds: p95 < 1s'), 'a.yaml: load.thresholds: must be a list of thresholds, not "p95 < 1s"'],
    [load('thresholds: [5]'), 'a.yaml: load.thresholds[0]: must be a threshold: p95 < 300ms, not 5'],
    [load('thresholds: [""]'), 'a.yaml: load.thresholds[0]: must be a threshold: p95 < 300ms, not ""'],
    [
      load('thresholds: [{ that: p95 < 3s, abrot: true }]'),
      'a.yaml: load.thresholds[0].abrot: unknown key: did you mean abort?',
    ],
    [
      load('thresholds: [{ window: 5s }]'),
      'a.yaml: load.thresholds[0].that: is missing: must be a threshold: p95 < 300ms',
    ],
    [
      load('thresholds: [GET /products: p99 < 1s]'),
      'a.yaml: load.thresholds[0]: put quotes around a threshold with a colon: "GET /products: p99 < 1s"',
    ],
    // of profiles
    [profile('{}'), `a.yaml: load.profile.kind: is missing: must be ${kinds}`],
    [
      profile('{ kind: constnt }'),
      `a.yaml: load.profile.kind: must be ${kinds}, not "constnt" (did you mean constant?)`,
    ],
    [profile('{ kind: constant }'), `a.yaml: load.profile.users: is missing: ${users}`],
    ...['-5', '0', '1.5', '1000001', '1e300', '.nan'].map((n): [string, string] => [
      profile(`{ kind: constant, users: ${n} }`),
      `a.yaml: load.profile.users: ${users}, not ${n === '.nan' ? 'NaN' : Number(n)}`,
    ]),
    [
      profile('{ kind: constant, users: 5, spawnRate: 0 }'),
      'a.yaml: load.profile.spawnRate: must be more than 0, not 0',
    ],
    [
      profile('{ kind: constant, users: 5, spawnRate: 9999999/s }'),
      'a.yaml: load.profile.spawnRate: must be at most 1,000,000, not 9999999/s',
    ],
    [
      profile('{ kind: constant, users: 5, spawnRate: 5/d }'),
      'a.yaml: load.profile.spawnRate: bad rate "5/d": use 10/s, 600/m, 36000/h or a number per second',
    ],
    [profile('{ kind: constant, users: 5, runTime: 0 }'), 'a.yaml: load.profile.runTime: must be more than 0, not 0'],
    [
      profile('{ kind: constant, users: 5, rate: 5 }'),
      'a.yaml: load.profile.rate: kind constant has no such key: use one of kind, users, spawnRate, runTime',
    ],
    [
      profile('{ kind: stages, stages: [] }'),
      'a.yaml: load.profile.stages: must be a list of 1 to 1,000 stages, not []',
    ],
    [
      profile('{ kind: stages, stages: [{ users: 5 }] }'),
      'a.yaml: load.profile.stages[0]: takes no time: set ramp, hold or both',
    ],
    [
      profile('{ kind: stages, stages: [{ users: 5, hold: 5s }, { ramp: 5s }] }'),
      'a.yaml: load.profile.stages[1].users: is missing: set the users at the end of this stage',
    ],
    [
      profile('{ kind: stages, stages: [{ users: 0, hold: 5s }] }'),
      'a.yaml: load.profile.stages: no stage has users above 0',
    ],
    [
      profile('{ kind: stages, stages: [{ users: 5, hold: 5s, target: 5 }] }'),
      'a.yaml: load.profile.stages[0].target: unknown key: use users, or rate with kind arrivals',
    ],
    [
      profile('{ kind: stages, spawnRate: 1, stages: [{ users: 90, hold: 1m }] }'),
      "a.yaml: load.profile.stages[0].hold: 90 users need 1m30s at the spawnRate, longer than this stage's 1m",
    ],
    [
      profile('{ kind: spike, baseUsers: 9, peakUsers: 5, after: 1s, hold: 1s }'),
      'a.yaml: load.profile.peakUsers: must be more than baseUsers (9)',
    ],
    [
      profile('{ kind: spike, peakUsers: 5, after: 1m, hold: 30s, runTime: 1m }'),
      'a.yaml: load.profile.runTime: 1m is too short: the last spike ends at 1m30s',
    ],
    [
      profile('{ kind: spike, baseUsers: 9, peakUsers: 50, after: 1s, hold: 1s, spawnRate: 1 }'),
      'a.yaml: load.profile.spawnRate: 9 users need 9s to start, longer than the first calm (1s)',
    ],
    [
      profile('{ kind: bursts, burstUsers: 5, every: 1m, duration: 2m }'),
      'a.yaml: load.profile.duration: must not be longer than every (1m)',
    ],
    [
      profile('{ kind: bursts, burstUsers: 5, every: 1m, duration: 2s, ramp: 2s }'),
      "a.yaml: load.profile.ramp: ramp up and ramp down must fit into the burst's 2s",
    ],
    [
      profile('{ kind: bursts, burstUsers: 5, every: 1m, duration: 2s, jitter: 101% }'),
      'a.yaml: load.profile.jitter: bad ratio "101%": use 1%, 0.5% or a number from 0 to 1',
    ],
    [profile('{ kind: arrivals, maxUsers: 5 }'), 'a.yaml: load.profile.rate: is missing: set rate or stages'],
    [profile('{ kind: arrivals, rate: 5 }'), `a.yaml: load.profile.maxUsers: is missing: ${users}`],
    [
      profile('{ kind: arrivals, rate: 5, maxUsers: 5, stages: [{ rate: 5, hold: 1s }] }'),
      'a.yaml: load.profile.stages: rate and stages are both set: set one of them',
    ],
    [
      profile('{ kind: arrivals, runTime: 5s, maxUsers: 5, stages: [{ rate: 5, hold: 1s }] }'),
      'a.yaml: load.profile.runTime: the stages define the run time: remove runTime',
    ],
    [
      profile('{ kind: arrivals, rate: 5, maxUsers: 5, distribution: posson }'),
      'a.yaml: load.profile.distribution: must be even or poisson, not "posson" (did you mean poisson?)',
    ],
    [
      load('warmup: 1m, profile: { kind: constant, users: 5, runTime: 30s }'),
      'a.yaml: load.warmup: 1m must be shorter than the run (30s)',
    ],
    [`${load('')}\nworkers: { count: 0 }`, 'a.yaml: workers.count: must be a whole number from 1 to 10,000, not 0'],
  ]
  for (const [text, ...sentences] of table) test(text, () => assert.deepEqual(mistakesIn({ files: [text] }), sentences))
})

describe('a mistake of flags, variables or several files', () => {
  const flags = { file: 's.ts' }
  const stages = 'load: { profile: { kind: stages, stages: [{ users: 5, hold: 1m }] } }'
  const table: [string, Given, ...string[]][] = [
    ['a flag is its own place', { flags: { ...flags, users: 'abc' } }, `--users: ${users}, not "abc"`],
    ['negative users', { flags: { ...flags, users: '-5' } }, `--users: ${users}, not -5`],
    ['a bad run time', { flags: { ...flags, runTime: '5 minuts' } }, `--run-time: bad duration "5 minuts": ${time}`],
    ['a variable is its own place', { flags, env: { LOCUST_USERS: '1.5' } }, `LOCUST_USERS: ${users}, not 1.5`],
    [
      'a host',
      { flags: { ...flags, host: 'localhost' } },
      '--host: must be a URL such as http://localhost:8000, not "localhost"',
    ],
    [
      'what a flag leaves out',
      { flags: { ...flags, arrivals: '5/s' } },
      `load.profile.maxUsers (--max-users): is missing: ${users}`,
    ],
    [
      'half of the open model',
      { flags: { ...flags, maxUsers: '5' } },
      'load.profile.rate (--arrivals): is missing: set rate or stages',
    ],
    [
      'two models at once',
      { flags: { ...flags, users: '5', arrivals: '5/s', maxUsers: '5' } },
      '--users: cannot be combined with --arrivals: use one of them',
    ],
    [
      'users over stages',
      { files: [stages], flags: { ...flags, users: '5' } },
      '--users: the profile of a.yaml is stages, which has no users: set it in the values file. The option works with constant',
    ],
    [
      'a run time over stages',
      { files: [stages], flags: { ...flags, runTime: '5m' } },
      '--run-time: the profile of a.yaml is stages, which has no runTime: set it in the values file. The option works with constant, spike, bursts, arrivals, shape',
    ],
    [
      'users of the environment over stages',
      { files: [stages], flags, env: { LOCUST_USERS: '5' } },
      'LOCUST_USERS: the profile of a.yaml is stages, which has no users: set it in the values file. The option works with constant',
    ],
    [
      'a rate over stages of rates',
      {
        files: ['load: { profile: { kind: arrivals, maxUsers: 5, stages: [{ rate: 1, hold: 1m }] } }'],
        flags: { ...flags, arrivals: '5' },
      },
      '--arrivals: the profile of a.yaml is arrivals with stages, which has no rate: set it in the values file. The option works with arrivals',
    ],
    [
      'a kind changed by a later file',
      { files: [stages, 'load: { profile: { kind: constant, users: 5 } }'], flags },
      'a.yaml: load.profile.stages: kind constant has no such key: b.yaml changed the kind: write stages: null there to remove the key',
    ],
    [
      'a mistake is shown in the file that made it',
      { files: ['load: { maxNames: 5 }', 'load: { maxNames: 0 }'], flags },
      'b.yaml: load.maxNames: must be a whole number from 1 to 100,000, not 0',
    ],
    [
      'bad YAML',
      { files: ['load:\n  file: a\n  file: b\n'], flags },
      'a.yaml:3:3: this is not valid YAML: Map keys must be unique',
    ],
    [
      'a switch',
      { flags, env: { KATYDID_HTTP_INSECURE: 'maybe' } },
      'KATYDID_HTTP_INSECURE: must be true or false, not "maybe"',
    ],
    ['params', { flags, env: { KATYDID_PARAMS: 'abc' } }, 'KATYDID_PARAMS: must be a map of parameters, not "abc"'],
    ['a list', { flags: { ...flags, tags: ['a', ''] } }, '--tags: must be a tag, not ""'],
  ]
  for (const [what, given, ...sentences] of table) test(what, () => assert.deepEqual(mistakesIn(given), sentences))

  test('a missing values file', () => {
    const build = () => buildPlan({ valuesFiles: ['nowhere.yaml'], env: {}, flags })
    assert.throws(build, { name: 'KatydidError', message: 'values file nowhere.yaml does not exist' })
  })
})

test('all mistakes of all files, flags and variables come at once', () => {
  const given: Given = {
    files: [
      'load: { hots: x, profile: { kind: constant, users: -5 } }',
      'laod: {}\nload: { warmup: never, tags: [1, 2] }',
      'a: "b',
    ],
    env: { KATYDID_MAX_NAMES: '0' },
    flags: { runTime: 'soon' },
  }
  const places = mistakesIn(given).map((line) => line.slice(0, line.indexOf(': ')))
  const [a, b] = ['a.yaml', 'b.yaml']
  assert.deepEqual(places.sort(), ['--run-time', 'KATYDID_MAX_NAMES', a, a, b, b, b, b, 'c.yaml:1:6', 'load.file'])
  assert.throws(() => planOf(given), { name: 'KatydidError', code: 'PLAN', message: 'the plan has 10 mistakes' })
})

test('thresholds are checked with everything else, by whoever can read them', () => {
  const checkThreshold = (that: string) => {
    if (!that.startsWith('p')) throw new KatydidError('PLAN', `bad threshold "${that}"`, { hint: 'use p95 < 300ms' })
  }
  const files = [load('thresholds: [p95 < 1s, x < 1, { that: z }], maxNames: 0')]
  assert.deepEqual(mistakesIn({ files, checkThreshold }), [
    'a.yaml: load.maxNames: must be a whole number from 1 to 100,000, not 0',
    'a.yaml: load.thresholds[1]: bad threshold "x < 1": use p95 < 300ms',
    'a.yaml: load.thresholds[2]: bad threshold "z": use p95 < 300ms',
  ])
  assert.deepEqual(mistakesIn({ flags: { file: 's.ts', thresholds: ['z'] }, checkThreshold }), [
    '--threshold: bad threshold "z": use p95 < 300ms',
  ])
})
