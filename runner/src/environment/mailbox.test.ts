import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Meter } from '../stats/meter.ts'
import { Recorder } from '../stats/recorder.ts'
import type { UserState } from '../tasks/user-state.ts'
import { StopTest } from './control-flow.ts'
import { type LoadFileMessage, Mailbox } from './mailbox.ts'
import { RunEnvironment, type RunEnvironmentOptions } from './run-environment.ts'
import { testRun } from './test-run.fixture.ts'
import { UserEnvironment } from './user-environment.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

function mailbox() {
  const errors: string[] = []
  const box = new Mailbox((name, error) => errors.push(`${name}: ${(error as Error).message}`))
  return { box, errors, deliver: (name: string, data: unknown) => box.deliver({ name, data, from: 'master' }) }
}

function environment(options: Partial<RunEnvironmentOptions> = {}) {
  const stops: string[] = []
  const errors: string[] = []
  const made = new RunEnvironment({
    host: undefined,
    role: 'local',
    meter: new Meter(new Recorder()),
    onMessageError: (name, error) => errors.push(`${name}: ${(error as Error).message}`),
    onStop: (reason, outcome) => stops.push(`${outcome}: ${reason}`),
    ...options,
  })
  return { environment: made, stops, errors }
}

test('messages reach all handlers of their name, in order; a handler can be taken away, though it is there twice', async () => {
  const { box, deliver } = mailbox()
  const got: string[] = []
  const handler = ({ name, data, from }: LoadFileMessage) => void got.push(`${name} ${data} ${from}`)
  const remove = box.add('a', handler)
  box.add('a', handler)
  box.add('b', handler)
  deliver('a', 1)
  deliver('b', 2)
  assert.deepEqual(got, [], 'nobody is called from within')
  await turn()
  assert.deepEqual(got.splice(0), ['a 1 master', 'a 1 master', 'b 2 master'])
  remove()
  remove()
  deliver('a', 3)
  await turn()
  assert.deepEqual(got, ['a 3 master'])
})

test('a handler that throws or rejects is told of, and stops no other', async () => {
  const { box, deliver, errors } = mailbox()
  const got: unknown[] = []
  box.add('a', () => {
    throw new Error('thrown')
  })
  box.add('a', async () => {
    throw new Error('rejected')
  })
  box.add('a', ({ data }) => void got.push(data))
  deliver('a', 1)
  deliver('a', 2)
  await turn()
  assert.deepEqual(got, [1, 2])
  assert.deepEqual(errors.sort(), ['a: rejected', 'a: rejected', 'a: thrown', 'a: thrown'])
})

test('what comes before any handler is kept for the first one, before what comes later', async () => {
  const { box, deliver } = mailbox()
  deliver('a', 1)
  deliver('other', 0)
  deliver('a', 2)
  await turn()
  const got: unknown[] = []
  deliver('a', 3)
  const remove = box.add('a', ({ data }) => void got.push(data))
  deliver('a', 4)
  await turn()
  assert.deepEqual(got.splice(0), [1, 2, 3, 4])
  box.add('a', ({ data }) => void got.push(`second ${data}`))
  await turn()
  assert.deepEqual(got, [], 'they were the first one’s')
  remove()
  const others: unknown[] = []
  box.add('other', ({ data }) => void others.push(data))
  await turn()
  assert.deepEqual(others, [0])
})

test('no more than 1,000 are kept, the oldest', async () => {
  const { box, deliver } = mailbox()
  for (let i = 0; i < 1_500; i++) deliver(i % 2 === 0 ? 'a' : 'b', i)
  await turn()
  const got: unknown[] = []
  box.add('a', ({ data }) => void got.push(data))
  box.add('b', ({ data }) => void got.push(data))
  deliver('a', 'new')
  await turn()
  assert.equal(got.length, 1_001)
  assert.ok(got.includes(999) && !got.includes(1_000))
})

test('a handler may send, add and remove', async () => {
  const { box, deliver, errors } = mailbox()
  const got: unknown[] = []
  const remove = box.add('a', ({ data }) => {
    remove()
    box.add('b', (message) => void got.push(message.data))
    deliver('b', `${data}!`)
  })
  deliver('b', 'early')
  deliver('a', 1)
  deliver('a', 2)
  await turn()
  assert.deepEqual([got, errors], [['early', '1!'], []])
})

test('in a local run one sends to oneself, a copy of what JSON can say', async () => {
  const { environment: local } = environment()
  const got: LoadFileMessage[] = []
  local.onMessage('a', (message) => void got.push(message))
  const data = { list: [1, 2], at: new Date(0), none: undefined }
  local.send('a', data)
  data.list.push(3)
  local.send('a')
  local.send('a', () => {}, 'local')
  await turn()
  assert.deepEqual(got, [
    { name: 'a', data: { list: [1, 2], at: '1970-01-01T00:00:00.000Z' }, from: 'local' },
    { name: 'a', data: null, from: 'local' },
    { name: 'a', data: null, from: 'local' },
  ])
  assert.throws(() => local.send('a', 1n), /^TypeError: the data of message a is not JSON: .*BigInt/)
  assert.deepEqual([local.workers, local.workerCount, local.workerIndex], [['local'], 1, 0])
})

test('elsewhere the owner carries messages, and knows who is there', async () => {
  const posted: unknown[] = []
  let workers = ['a_1', 'b_2']
  const { environment: master } = environment({
    role: 'master',
    post: (...message) => posted.push(message),
    workers: () => workers,
    workerIndex: () => -1,
  })
  master.send('work', { n: 1 }, 'b_2')
  master.send('all')
  assert.deepEqual(posted, [
    ['work', { n: 1 }, 'b_2'],
    ['all', null, undefined],
  ])
  assert.deepEqual([master.workers, master.workerCount, master.workerIndex], [['a_1', 'b_2'], 2, -1])
  workers = ['b_2']
  assert.deepEqual([master.workers, master.workerCount], [['b_2'], 1])
  const { environment: worker } = environment({
    role: 'worker',
    post: () => {},
    workers: () => ['b_2'],
    workerIndex: () => 1,
    workerCount: () => 2,
  })
  assert.deepEqual([worker.workers, worker.workerCount, worker.workerIndex], [['b_2'], 2, 1])
  const got: LoadFileMessage[] = []
  master.onMessage('done', (message) => void got.push(message))
  master.deliver('done', 7, 'b_2')
  await turn()
  assert.deepEqual(got, [{ name: 'done', data: 7, from: 'b_2' }])
})

test('a StopTest in a handler ends the run, anything else is an error', async () => {
  const { environment: local, stops, errors } = environment()
  local.onMessage('end', async () => {
    throw new StopTest('no more rows', 'broken')
  })
  local.onMessage('oops', () => {
    throw new Error('a bug')
  })
  local.send('oops')
  local.send('end')
  await turn()
  assert.deepEqual([stops, errors], [['broken: no more rows'], ['oops: a bug']])
})

test('a user sends and hears through its run', async () => {
  const { runtime } = testRun()
  const user = new UserEnvironment({ runtime } as UserState)
  const got: unknown[] = []
  const remove = user.onMessage('a', ({ data }) => void got.push(data))
  user.send('a', 1)
  runtime.environment.send('a', 2)
  await turn()
  remove()
  user.send('a', 3, 'local')
  await turn()
  assert.deepEqual(got, [1, 2])
  assert.deepEqual([user.workers, user.workerCount, user.workerIndex], [['local'], 1, 0])
})

test('a message cannot have the name of one of master and workers themselves: a Python worker would take it for that', () => {
  const { environment: made } = environment()
  for (const name of ['stop', 'spawn', 'quit', 'stats', 'katydid'])
    assert.throws(
      () => made.send(name),
      new RegExp(`^TypeError: a message cannot have the name ${name}: .* use another name`),
    )
  made.send('stopped', 1)
})

test('messages that nobody asks for are kept up to a size in all, and room is there again when they were taken', async () => {
  const { box, deliver } = mailbox()
  for (let i = 0; i < 100; i++) deliver('big', 'x'.repeat(1_000_000))
  deliver('big', { toJSON: () => assert.fail('no JSON') })
  await turn()
  const got: LoadFileMessage[] = []
  box.add('big', (message) => void got.push(message))
  await turn()
  assert.ok(got.length >= 10 && got.length < 20, `${got.length}`)
  deliver('late', 1)
  await turn()
  box.add('late', (message) => void got.push(message))
  await turn()
  assert.equal(got.at(-1)?.name, 'late')
})
