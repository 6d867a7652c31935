import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Runtime } from '../environment/environment.ts'
import { testRun, until } from '../environment/test-run.fixture.ts'
import { UserPool } from '../running/pool.ts'
import { constructUser } from './construction.ts'
import { HttpUser } from './http-user.ts'
import { constructTaskSet, TaskSet } from './task-set.ts'
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

test('the client is made when first used, for the plan’s host or else the class’s, and given the context if there is one', () => {
  class Own extends HttpUser {
    static override host = 'http://own.test'
    override context() {
      return { tenant: 'red' }
    }
  }
  class Plain extends HttpUser {}
  const clientsFor = (host: string | undefined) => {
    const { http, owners } = fakeHttp()
    const { runtime } = testRun({ http, host })
    const users = [Own, Plain].map((userClass) => constructUser(userClass, runtime) as HttpUser)
    assert.equal(owners.length, 0)
    for (const user of users) assert.equal(user.client, user.client)
    return owners.map(({ host, context }) => [host, context?.()])
  }
  assert.deepEqual(clientsFor('http://plan.test'), [
    ['http://plan.test', { tenant: 'red' }],
    ['http://plan.test', undefined],
  ])
  assert.deepEqual(clientsFor(undefined), [
    ['http://own.test', { tenant: 'red' }],
    [undefined, undefined],
  ])
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

test('a path without a host ends the run as broken, and names the class', () => {
  const { http, owners } = fakeHttp()
  const { runtime } = testRun({ http, host: undefined })
  const stopped: unknown[] = []
  runtime.environment.stop = (...said) => void stopped.push(said)
  class Shopper extends HttpUser {}
  class Other extends HttpUser {
    static override host = 'http://own.test'
  }
  for (const userClass of [Shopper, Other]) void (constructUser(userClass, runtime) as HttpUser).client
  for (const owner of owners as { onNoHost?(): void }[]) owner.onNoHost?.()
  assert.equal(stopped.length, 1)
  assert.match(String(stopped[0]), /^no host for Shopper, .*set --host .*,broken$/)
})
