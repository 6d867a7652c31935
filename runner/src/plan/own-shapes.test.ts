import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { misspelledVariables, unreadVariables } from './environment-names.ts'
import { idleShapes, type ShapeInfo } from './own-shapes.ts'
import { type Given, mistakesIn, planOf } from './plan.fixture.ts'

const file = 'load: { file: a.ts }'
const shapes: Record<string, readonly ShapeInfo[]> = {
  'no shape': [],
  'a shape': [{ name: 'Steps', usesCommonOptions: false }],
  'a shape that reads users': [{ name: 'Waves', usesCommonOptions: true }],
  'two shapes': [
    { name: 'Steps', usesCommonOptions: false },
    { name: 'Waves', usesCommonOptions: true },
  ],
}
const options: Record<string, Given> = {
  nothing: {},
  '-t': { flags: { runTime: '4s' } },
  LOCUST_RUN_TIME: { env: { LOCUST_RUN_TIME: '4s' } },
  KATYDID_RUN_TIME: { env: { KATYDID_RUN_TIME: '4' } },
  '-u': { flags: { users: '3' } },
  '-r': { flags: { spawnRate: '2' } },
  KATYDID_USERS: { env: { KATYDID_USERS: '3' } },
  LOCUST_USERS: { env: { LOCUST_USERS: '3' } },
  LOCUST_SPAWN_RATE: { env: { LOCUST_SPAWN_RATE: '2' } },
  '-u -r -t': { flags: { users: '3', spawnRate: '2', runTime: '4s' } },
  '--arrivals --max-users': { flags: { arrivals: '5/s', maxUsers: '3' } },
}
const profiles: Record<string, string> = {
  'no profile': file,
  constant: 'load: { file: a.ts, profile: { kind: constant, users: 7, spawnRate: 7 } }',
  stages: 'load: { file: a.ts, profile: { kind: stages, stages: [{ users: 7, hold: 1m }] } }',
  shape: 'load: { file: a.ts, profile: { kind: shape } }',
  'shape: Steps': 'load: { file: a.ts, profile: { kind: shape, class: Steps } }',
}

/** What becomes of one combination: the profile that runs, with what warns of the shape, or that it is refused. */
function outcome(given: Given, infos: readonly ShapeInfo[]): string {
  const all = { ...given, shapes: infos }
  const mistakes = mistakesIn(all)
  if (mistakes.length > 0) return 'refused'
  const { profile } = planOf(all)
  const { kind, class: name, users, spawnRate, runTime } = profile as unknown as Record<string, unknown>
  const parts = [kind, name, users && `${users} users`, spawnRate && `${spawnRate}/s`, runTime && `${runTime} ms`]
  const warning = idleShapes(profile.kind, infos) ? ', warned' : ''
  return parts.filter((part) => part !== undefined).join(' ') + warning
}

describe('every combination of options, values files and load file is honoured, warned of or refused', () => {
  const timed = ['-t', 'LOCUST_RUN_TIME', 'KATYDID_RUN_TIME']
  const loaded = Object.keys(options).filter((name) => name !== 'nothing' && !timed.includes(name))
  for (const [fileName, infos] of Object.entries(shapes))
    for (const [profileName, values] of Object.entries(profiles))
      for (const [optionName, given] of Object.entries(options))
        test(`${fileName}, ${profileName}, ${optionName}`, () => {
          const came = outcome({ ...given, files: [values] }, infos)
          const isTimed = timed.includes(optionName)
          const gives = (kind: string) => assert.equal(came, kind)
          if (profileName === 'stages') return gives(optionName === 'nothing' ? stages(infos) : 'refused')
          if (profileName === 'constant') {
            if (optionName.startsWith('--arrivals')) return gives('refused')
            return assert.match(came, infos.length > 0 ? /^constant .*, warned$/ : /^constant [^,]*$/)
          }
          if (profileName === 'no profile' && infos.length === 0)
            return assert.match(came, optionName.startsWith('--arrivals') ? /^arrivals/ : /^constant [^,]*$/)
          // here a shape runs, or nothing does
          const isAmbiguous = infos.length === 2 && profileName !== 'shape: Steps'
          if (isTimed || optionName === 'nothing') {
            const name = profileName === 'no profile' && infos.length === 1 ? ` ${infos[0]!.name}` : ''
            const stated = profileName === 'shape: Steps' ? ' Steps' : name
            return gives(`shape${stated}${isTimed ? ' 4000 ms' : ''}`)
          }
          if (optionName.startsWith('--arrivals')) return gives('refused')
          const reads = infos.length === 1 && infos[0]!.usesCommonOptions && profileName !== 'shape: Steps'
          if (infos.length === 0 || reads) return assert.match(came, /^shape.*(3 users|2\/s)/)
          assert.ok(loaded.includes(optionName) && (isAmbiguous || infos.length > 0))
          return gives('refused')
        })
})

const stages = (infos: readonly ShapeInfo[]) => (infos.length > 0 ? 'stages, warned' : 'stages')

test('what is refused says who decides, and what to do', () => {
  const told = (given: Given, name: string) => mistakesIn({ files: [file], ...given, shapes: shapes[name]! })
  assert.deepEqual(told({ flags: { users: '3' } }, 'a shape'), [
    '--users: the LoadShape Steps of the load file sets the load and does not read users: remove it, or set static useCommonOptions = true in the class and use this.users',
  ])
  assert.match(told({ env: { LOCUST_USERS: '3' } }, 'a shape')[0]!, /^LOCUST_USERS: the LoadShape Steps/)
  assert.match(told({ flags: { arrivals: '5/s' } }, 'a shape')[0]!, /^--max-users|^--arrivals: the LoadShape Steps/)
  const [users, rate] = told(
    { files: ['load: { file: a.ts, profile: { kind: shape, users: 5, spawnRate: 2 } }'] },
    'a shape',
  )
  assert.match(users!, /^a\.yaml: load\.profile\.users: the LoadShape Steps of the load file sets the load/)
  assert.match(rate!, /^a\.yaml: load\.profile\.spawnRate: the LoadShape Steps/)
  assert.equal(
    idleShapes('constant', shapes['a shape']!),
    'the LoadShape Steps of the load file does not run: a values file sets a profile of kind constant',
  )
})

test('a variable with a slip in its name is refused, one of Locust that nobody reads is told', () => {
  assert.deepEqual(
    misspelledVariables({ KATYDID_USRES: '3', LOCUST_RUNTIME: '5m', KATYDID_SPAWNRATE: '2', KATYDID_HOTS: '' }),
    [
      'KATYDID_USRES: unknown environment variable: did you mean KATYDID_USERS?',
      'LOCUST_RUNTIME: unknown environment variable: did you mean LOCUST_RUN_TIME?',
      'KATYDID_SPAWNRATE: unknown environment variable: did you mean KATYDID_SPAWN_RATE?',
    ],
  )
  assert.deepEqual(mistakesIn({ files: [file], env: { KATYDID_RUNTIME: '5m' } }), [
    'KATYDID_RUNTIME: unknown environment variable: did you mean KATYDID_RUN_TIME?',
  ])
  assert.match(
    unreadVariables({ LOCUST_CSV: 'a', LOCUST_USERS: '3' })!,
    /^LOCUST_CSV: katydid does not read this\. .*LOCUST_USERS/,
  )
  // what the chart, its scripts and Kubernetes set
  const own = [
    'CLUSTER_KEY',
    'MASTER_HOST',
    'MASTER_PORT',
    'WORKER_RETRY',
    'NOTIFY_URL',
    'UPLOAD_URL',
    'RUN',
    'MODE',
    'NAME',
  ]
  const more = [
    'IMAGE',
    'TIMEOUT',
    'LOAD_FILE',
    'VALUES',
    'SET',
    'DEBUG',
    'PORT',
    'PORT_5557_TCP',
    'SERVICE_HOST',
    'CHART',
  ]
  const names = [...own, ...more, 'USERS_PER_WORKER', 'MASTER_WAIT'].map((name) => [`KATYDID_${name}`, 'x'])
  assert.deepEqual(misspelledVariables(Object.fromEntries(names)), [])
  assert.equal(unreadVariables({ LOCUST_PORT: 'x', LOCUST_SERVICE_HOST: 'x', LOCUST_PORT_5557_TCP: 'x' }), undefined)
})
