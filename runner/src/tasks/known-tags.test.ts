import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadInline } from '../loadfile/inline-files.fixture.ts'
import { unknownTags } from './known-tags.ts'

const head = "import { tag, task, TaskSet, User } from 'katydid'\n"
const tagged = `${head}
@tag('shop') export class Shopper extends User {
  @tag('slow') @task browse() {}
  static tasks = [class Forum extends TaskSet { @tag('read', 'rare') @task a() {} }]
}`

test('a tag that no task has is told, with what was meant', async () => {
  const { userClasses } = await loadInline({ 'load.ts': tagged })
  const told = (...tags: string[]) => unknownTags({ tags, excludeTags: [] }, userClasses.values())
  assert.deepEqual(told('shop', 'slow', 'read', 'rare'), [])
  const [first, second] = told('shop', 'slwo', 'nowhere')
  assert.match(first ?? '', /^no task has the tag slwo: did you mean slow\? the tags are shop, slow, read, rare$/)
  assert.match(second ?? '', /^no task has the tag nowhere: the tags are/)
  assert.deepEqual(told(), [])
  assert.deepEqual(told('slwo', 'nowhere'), [], 'no task is left: that is said by the refusal')
})

test('nothing is said where tasks are in fields, or of a file without tags but what is true', async () => {
  const fields = await loadInline({
    'load.ts': `${head}export class A extends User { @task() Forum = class extends TaskSet { @tag('x') @task a() {} } }`,
  })
  assert.deepEqual(unknownTags({ tags: ['x'], excludeTags: ['y'] }, fields.userClasses.values()), [])
  const none = await loadInline({ 'load.ts': `${head}export class A extends User { @task a() {} }` })
  assert.deepEqual(unknownTags({ tags: [], excludeTags: ['x'] }, none.userClasses.values()), [
    'no task has the tag x: no task has a tag',
  ])
})
