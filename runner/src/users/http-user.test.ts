import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constructTaskSet, constructUser } from './construction.ts'
import type { Runtime } from './environment.ts'
import { HttpUser } from './http-user.ts'
import { UserPool } from './pool.ts'
import { TaskSet } from './task-set.ts'
import { testRun, until } from './test-run.fixture.ts'
import { User, type UserClass } from './user.ts'

interface Owner {
  host: string | undefined
  schedule: object
  context?: () => unknown
}

/** Stands for HttpProtocol: what matters here is when clients are made, and what they are told. */
function fakeHttp() {
  const log: string[] = []
  const owners: Owner[] = []
  const http = {
    client(owner: Owner) {
      owners.push(owner)
      log.push('client')
      const say = (what: string) => () => void log.push(what)
      return { finishTask: say('finishTask'), abort: say('abort'), close: say('close'), get: say('get') }
    },
  }
  return { log, owners, http: http as unknown as NonNullable<Runtime['http']> }
}

test('the client is made when first used, for the class’s host or the plan’s, and given the context if there is one', () => {
  const { http, owners } = fakeHttp()
  const { runtime } = testRun({ http })
  class Plan extends HttpUser {}
  class Own extends HttpUser {
    static override host = 'http://own.test'
    override context() {
      return { tenant: 'red' }
    }
  }
  const plan = constructUser(Plan, runtime) as HttpUser
  const own = constructUser(Own, runtime) as HttpUser
  assert.equal(owners.length, 0)
  assert.equal(plan.client, plan.client)
  assert.ok(own.client)
  assert.deepEqual(
    owners.map(({ host, context }) => [host, context?.()]),
    [
      ['http://plan.test', undefined],
      ['http://own.test', { tenant: 'red' }],
    ],
  )
})

test('sets have their user’s client; of a user without one they say so', () => {
  const { http } = fakeHttp()
  const { runtime } = testRun({ http })
  class Visitor extends HttpUser {}
  class Forum extends TaskSet<Visitor> {}
  const visitor = constructUser(Visitor, runtime) as Visitor
  const forum = constructTaskSet(Forum, visitor) as Forum
  const thread = constructTaskSet(Forum, forum as TaskSet) as Forum
  assert.equal(thread.client, visitor.client)
  assert.equal(thread.parent, forum)
  const plain = constructTaskSet(TaskSet, constructUser(User, runtime))
  assert.throws(() => plain.client, { message: 'TaskSet uses this.client, but its user has none' })
})

test('after each task the client looks for what was left open; at the end it closes', async () => {
  const { http, log } = fakeHttp()
  const { runtime } = testRun({ http })
  class Visitor extends HttpUser {
    static override tasks = { go: 1 }
    override waitTime() {
      return 3_600
    }
    go() {
      ;(this.client as unknown as { get(): void }).get()
    }
    override onStop() {
      log.push('onStop')
    }
  }
  const classes = new Map<string, UserClass>([['Visitor', Visitor]])
  const pool = new UserPool({ runtime, classes, stopTimeoutMs: 100 })
  pool.apply({ Visitor: 1 })
  await until(() => log.includes('finishTask'))
  await pool.stop(100)
  assert.deepEqual(log, ['client', 'get', 'finishTask', 'onStop', 'close'])
})
