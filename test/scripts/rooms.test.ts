import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crossings, disorder } from '../../scripts/rooms.ts'

const found = (path: string, text: string) => crossings(new Map([[path, text]])).length

test('imports from above and through walls are found, also of types and at run time', () => {
  assert.deepEqual(
    crossings(new Map([['stats/histogram.ts', "import type { RunPlan } from '../plan/run-plan.ts'\n"]])),
    ['stats/histogram.ts imports ../plan/run-plan.ts: stats may import only errors.ts secrets'],
  )
  assert.equal(found('worker/worker.ts', "import {\n  Master,\n  type Hooks,\n} from '../master/master.ts'\n"), 1)
  assert.equal(found('outputs/html/page.ts', "export { Roster } from '../../master/workers/roster.ts'\n"), 1)
  assert.equal(found('master/master.ts', "  const { Worker } = await import('../worker/worker.ts')\n"), 1)
  assert.equal(found('worker/worker.ts', "import { z } from 'zod'\n"), 1)
  assert.equal(found('managers/all.ts', "import { z } from './z.ts'\n"), 1)
})

test('imports within a room, of lower rooms and of Node are not', () => {
  assert.equal(
    found('outputs/html/page.ts', "import { table } from './table.ts'\nimport { csv } from '../csv/csv.ts'\n"),
    0,
  )
  assert.equal(found('profile/stages.ts', "import type { StagesPlan } from '../plan/run-plan.ts'\n"), 0)
  assert.equal(found('plan/fields.ts', "import { readFileSync } from 'node:fs'\nimport { z } from 'zod'\n"), 0)
})

test('the table lists the rooms lowest first', () => {
  assert.deepEqual(disorder(), [])
  assert.equal(disorder({ stats: 'plan', plan: '' }).length, 1)
})
