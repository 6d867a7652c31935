import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { UserClassInfo } from '../../profile/class-sequence.ts'
import { cpuMsOf } from '../../stats/cpu-time.fixture.ts'
import { classInfo } from '../master.fixture.ts'
import { UserSpread } from './user-spread.ts'

interface Configuration {
  classes: UserClassInfo[]
  workers: string[]
  /** One after the other, from 0. */
  totals: number[]
}
type Shares = Record<string, Record<string, number>>

const fixed = (name: string, fixedCount: number): UserClassInfo => ({ name, weight: 1, fixedCount })
const classSets: UserClassInfo[][] = [
  [classInfo('A', 1)],
  [classInfo('A', 5), classInfo('B', 1)],
  [classInfo('Zebra', 1), classInfo('Ant', 1), classInfo('Mole', 1)],
  [classInfo('C', 0.1), classInfo('A', 0.3), classInfo('B', 0.25)],
  [classInfo('A', 100), classInfo('B', 1), classInfo('C', 0)],
  [classInfo('A', 7.3), classInfo('B', 2), fixed('Admin', 3), fixed('Cron', 1)],
  [fixed('B', 4), fixed('A', 9)],
  [fixed('Z', 20), classInfo('A', 3), classInfo('B', 2), classInfo('c', 2)],
  [classInfo('A', 0)],
]
const workerSets: string[][] = [
  ['one_1'],
  ['a_2', 'a_1'],
  ['b_9', 'a_5', 'a_1'],
  ['c_1', 'a_2', 'b_3', 'a_1'],
  ['host_b', 'host_a', 'host', 'host_c', 'Host_z'],
  ['x_2', 'x_10', 'x_1', 'y_4', 'x_a_b', 'y_3', 'z'],
]
const journeys: number[][] = [
  [1],
  [2, 7],
  [25],
  [1_234],
  [10, 50, 20, 70, 70, 0, 9],
  [3, 1, 6, 2, 15, 14, 15, 14, 16],
  [100, 0, 100, 33, 34, 35, 12, 1_000, 999, 1_001],
]

/** Every journey over every set of workers and classes, and some at random (the same each time). */
function configurations(): Configuration[] {
  const all = classSets.flatMap((classes) =>
    workerSets.flatMap((workers) => journeys.map((totals) => ({ classes, workers, totals }))),
  )
  let state = 42
  const below = (limit: number) => (state = (state * 48_271) % 2_147_483_647) % limit
  for (let i = 0; i < 150; i++)
    all.push({
      classes: Array.from({ length: 1 + below(6) }, (_, n) =>
        below(4) === 0 ? fixed(`F${below(9)}${n}`, 1 + below(12)) : classInfo(`W${below(9)}${n}`, below(40) / 4),
      ),
      workers: Array.from({ length: 1 + below(7) }, (_, n) => `h${below(3)}_${below(90)}${n}`),
      totals: Array.from({ length: 1 + below(12) }, () => below(120)),
    })
  return all
}

function ours({ classes, workers, totals }: Configuration): Shares[] {
  const spread = new UserSpread(classes, workers)
  return totals.map((total) => {
    spread.resize(total)
    return structuredClone(Object.fromEntries(spread.shares()))
  })
}

const script = `
import json, sys, types
import locust.dispatch
from locust.dispatch import UsersDispatcher
from locust.runners import WorkerNode
locust.dispatch.gevent = types.SimpleNamespace(sleep=lambda seconds: None)
answers = []
for number, configuration in enumerate(json.load(sys.stdin)):
    classes = [type(c['name'], (), {'weight': c['weight'], 'fixed_count': c['fixedCount']}) for c in configuration['classes']]
    dispatcher = UsersDispatcher([WorkerNode(id) for id in configuration['workers']], classes)
    answer = []
    for total in configuration['totals']:
        dispatcher.new_dispatch(total, [1e9, 7, 1.5][number % 3])
        *_, last = iter(lambda: next(dispatcher), None)
        answer.append(last)
    answers.append(answer)
print(json.dumps(answers))
`
const locust = spawnSync('python3', ['-c', 'import locust.dispatch'], { encoding: 'utf8' })
const skip = locust.status !== 0 && 'skipped: Python Locust is not installed (pip install locust)'
if (skip) console.error(skip)

test('users are spread as Python Locust spreads them, on the way up and down', { skip, timeout: 120_000 }, (t) => {
  const asked = configurations()
  const { stdout, stderr, status } = spawnSync('python3', ['-c', script], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  assert.equal(status, 0, stderr)
  const theirs = JSON.parse(stdout) as Shares[][]
  asked.forEach((configuration, i) => {
    const expected = theirs[i] as Shares[]
    assert.deepEqual(ours(configuration), expected, JSON.stringify(configuration))
  })
  t.diagnostic(`${asked.length} configurations`)
})

test('figures of Locust 2.47, for where it is not installed', () => {
  const classes = [fixed('Admin', 2), classInfo('B', 1), classInfo('A', 5)]
  const workers = ['y_1', 'x_2', 'x_1']
  assert.deepEqual(ours({ classes, workers, totals: [12, 4, 8] }), [
    { x_1: { Admin: 1, B: 0, A: 3 }, y_1: { Admin: 1, B: 2, A: 1 }, x_2: { Admin: 0, B: 0, A: 4 } },
    { x_1: { Admin: 1, B: 0, A: 1 }, y_1: { Admin: 1, B: 0, A: 0 }, x_2: { Admin: 0, B: 0, A: 1 } },
    { x_1: { Admin: 1, B: 0, A: 3 }, y_1: { Admin: 1, B: 0, A: 1 }, x_2: { Admin: 0, B: 0, A: 2 } },
  ])
})

test('no worker, no class for more, no users: nothing goes wrong', () => {
  const nobody = new UserSpread([classInfo('A', 1)], [])
  nobody.resize(5)
  assert.deepEqual([...nobody.shares()], [])
  const spread = new UserSpread([fixed('A', 2), classInfo('B', 0)], ['w_1'])
  for (const [total, users] of [
    [50, 2],
    [1, 1],
    [60, 2],
    [-1, 0],
    [2, 2],
  ] as const) {
    spread.resize(total)
    assert.deepEqual([...spread.shares()], [['w_1', { A: users, B: 0 }]])
  }
})

test('one user more costs no more than one: it does not spread all the others anew', () => {
  const classes = Array.from({ length: 20 }, (_, i) => classInfo(`C${i}`, i + 1))
  const workers = Array.from({ length: 100 }, (_, i) => `host${i % 10}_${i}`)
  const spread = new UserSpread(classes, workers)
  const allMs = cpuMsOf(() => spread.resize(100_000))
  const oneMs = cpuMsOf(() => {
    for (let i = 1; i <= 1_000; i++) spread.resize(100_000 + (i % 2))
  })
  assert.ok(oneMs < allMs, `a thousand times one: ${oneMs} ms; a hundred thousand: ${allMs} ms`)
})
