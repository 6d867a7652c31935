import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classInfo } from '../master.fixture.ts'
import { runningClasses } from './running-classes.ts'

const locust = (...names: string[]) => ({
  id: `w${names.join('')}`,
  kind: 'locust' as const,
  classes: names.map((name) => classInfo(name)),
})
const own = (...names: string[]) => ({ ...locust(...names), kind: 'katydid' as const })

const rows: [
  title: string,
  workers: Parameters<typeof runningClasses>[0],
  asked: Parameters<typeof runningClasses>[1],
  classes: string[],
  gaps: string[],
][] = [
  ['nobody asked for any', [locust('A', 'B')], undefined, ['A', 'B'], []],
  ['all there', [locust('Other', 'Shopper')], { names: ['Other', 'Shopper'], chosen: false }, ['Other', 'Shopper'], []],
  [
    'a choice of what a locustfile has',
    [locust('Other', 'Shopper')],
    { names: ['Shopper'], chosen: true },
    ['Shopper'],
    [],
  ],
  [
    'a choice that is written wrongly',
    [locust('Shopper', 'Other')],
    { names: ['Shoper'], chosen: true },
    [],
    ['user class Shoper runs on no worker: did you mean Shopper? the workers have Shopper, Other'],
  ],
  [
    'one of two of the load file',
    [locust('Shopper')],
    { names: ['Shopper', 'Reader'], chosen: false },
    ['Shopper'],
    ['user class Reader runs on no worker: the workers have Shopper'],
  ],
  ['nothing in common', [locust('WebA', 'OtherB')], { names: ['Carrier'], chosen: false }, ['WebA', 'OtherB'], []],
  ['of our own worker tags leave some out', [own('A')], { names: ['A', 'B'], chosen: false }, ['A'], []],
  [
    'not all workers have the same locustfile',
    [locust('A'), locust('B'), locust('B', 'C')],
    { names: ['A', 'B'], chosen: true },
    ['A'],
    [
      'user class A is not on worker wB and 1 more, which speaks Locust and has B',
      'user class B is not on worker wA, which speaks Locust and has A',
    ],
  ],
  [
    'beside our own a worker of Locust that has less',
    [locust('A'), own('A', 'B')],
    { names: ['A', 'B'], chosen: false },
    ['A', 'B'],
    ['user class B is not on worker wA, which speaks Locust and has A'],
  ],
  [
    'our own worker knows weights',
    [locust('A', 'B', 'C'), own('A', 'B')],
    { names: ['A', 'B'], chosen: false },
    ['A', 'B'],
    [],
  ],
  ['no worker took part', [], { names: ['Shopper'], chosen: true }, [], []],
]
for (const [title, workers, asked, classes, gaps] of rows)
  test(title, () => {
    const running = runningClasses(workers, asked)
    assert.deepEqual(
      running.classes.map(({ name }) => name),
      classes,
    )
    assert.deepEqual(running.gaps, gaps)
  })
