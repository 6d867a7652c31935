import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AskedUsers } from './asked-users.ts'

test('what was asked for last in a stretch, however late one asks', () => {
  const asked = new AskedUsers()
  for (let i = 0; i <= 30; i++) asked.note(i * 100, i)
  assert.equal(asked.lastIn(0, 1_000), 10)
  assert.equal(asked.lastIn(1_000, 1_050), 10)
  assert.equal(asked.lastIn(1_050, 1_090), 10)
  assert.equal(asked.lastIn(2_000, 9_000), 30)
})

test('where the load ends within the stretch it is what was asked until then; after it nothing', () => {
  const asked = new AskedUsers()
  asked.note(0, 5)
  asked.note(600, undefined)
  assert.equal(asked.lastIn(0, 900), 5)
  assert.equal(asked.lastIn(1_000, 2_000), undefined)
})

test('nothing where nothing was asked for', () => {
  const asked = new AskedUsers()
  assert.equal(asked.lastIn(0, 1_000), undefined)
  asked.note(0, undefined)
  assert.equal(asked.lastIn(0, 1_000), undefined)
})
