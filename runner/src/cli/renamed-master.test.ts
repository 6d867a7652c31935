import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renamedMaster } from './renamed-master.ts'

const cases: [host: string, job: string | undefined, expected: string][] = [
  ['shop-master', undefined, 'shop-master'],
  ['shop-master', 'shop-workers', 'shop-master'],
  ['shop-master', 'staging-shop-workers', 'staging-shop-master'],
  ['shop-master', 'shop-workers-v2', 'shop-master-v2'],
  ['shop-master:8089', 'a-shop-verdict-b', 'a-shop-master-b:8089'],
  ['my-workers-master', 'pre-my-workers-workers', 'pre-my-workers-master'],
  // not of the chart, or said by somebody else
  ['10.0.0.7', 'staging-shop-workers', '10.0.0.7'],
  ['elsewhere-master', 'shop-workers', 'elsewhere-master'],
  ['shop-master', 'shop-nightly', 'shop-master'],
]

for (const [host, job, expected] of cases)
  test(`${host} in Job ${job}: ${expected}`, () => assert.equal(renamedMaster(host, job), expected))
