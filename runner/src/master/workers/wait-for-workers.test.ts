import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classInfo, ScriptedWorker } from '../master.fixture.ts'
import { WakeableSleep } from '../wakeable-sleep.ts'
import { Roster } from './roster.ts'
import { absentIndexes, waitForWorkers } from './wait-for-workers.ts'

/** What is said of workers that did not come, where those of these ids did. */
async function said(ids: readonly string[], expect: number): Promise<string[]> {
  const roster = new Roster()
  for (const id of ids) roster.add(id, new ScriptedWorker([]).masterEnd).classes = [classInfo('U')]
  const texts: string[] = []
  const isStopped = () => false
  const event = (_kind: string, text: string) => void texts.push(text)
  assert.equal(
    await waitForWorkers({ roster, expect, maxWaitMs: 20, sleep: new WakeableSleep(), isStopped, event }),
    false,
  )
  return texts
}

test('workers that did not come are named: by their pods where one came, else by their indexes', async () => {
  assert.deepEqual(await said([], 4), ['0 of 4 expected workers came within 20 ms: none came; missing: 0-3'])
  assert.deepEqual(await said(['shop-workers-1_ab'], 4), [
    '1 of 4 expected workers came within 20 ms: there are shop-workers-1_ab; missing are shop-workers-0, shop-workers-2 to shop-workers-3',
  ])
})

test('of workers that are no Job’s nobody knows who is missing', async () => {
  assert.deepEqual(await said(['laptop_ab'], 2), ['1 of 2 expected workers came within 20 ms: there are laptop_ab'])
})

test('pods of an Indexed Job that did not come, by name', () => {
  assert.equal(absentIndexes(['shop-workers-1_ab', 'shop-workers-3_cd'], 4), 'shop-workers-0, shop-workers-2')
  assert.equal(absentIndexes(['shop-workers-0_ab'], 1), '')
  assert.equal(
    absentIndexes(['shop-workers-3_ab', 'shop-workers-5_cd'], 100),
    'shop-workers-0 to shop-workers-2, shop-workers-4, shop-workers-6 to shop-workers-99',
  )
})

test('of pods with several workers also those that are not complete', () => {
  const came = ['shop-workers-1_ab', 'shop-workers-3_cd', 'shop-workers-3_ef']
  assert.equal(absentIndexes(came, 8, 2), 'shop-workers-0, shop-workers-1 (1 of 2 came), shop-workers-2')
  assert.equal(absentIndexes(came.slice(1), 7, 2), 'shop-workers-0 to shop-workers-2')
  assert.equal(absentIndexes([], 7, 2), '0-3')
})

test('of other workers nobody knows who is missing', () => {
  assert.equal(absentIndexes(['laptop_ab'], 3), '')
  assert.equal(absentIndexes(['a-0_ab', 'b-1_cd'], 3), '')
})

test('where none came, all are missing, by their indexes', () => {
  assert.equal(absentIndexes([], 1), '0')
  assert.equal(absentIndexes([], 3), '0-2')
})
