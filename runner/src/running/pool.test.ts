import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { StopUser } from '../environment/control-flow.ts'
import { testRun, until } from '../environment/test-run.fixture.ts'
import { User, type UserClass } from '../tasks/user.ts'
import { constant } from '../tasks/waits.ts'
import { UserPool } from './pool.ts'

function poolOf(classes: Record<string, UserClass>, stopTimeoutMs = 200, run = testRun()) {
  let exhausted = 0
  const pool = new UserPool({
    runtime: run.runtime,
    classes: new Map(Object.entries(classes)),
    stopTimeoutMs,
    onExhausted: () => exhausted++,
  })
  return { pool, run, exhausted: () => exhausted }
}

class Idle extends User {
  static override tasks = { nothing: 1 }
  override waitTime = constant(3_600)
  nothing() {}
}

test('runs what it was last told, up and down, class by class', async () => {
  class Other extends Idle {}
  const { pool } = poolOf({ Idle, Other })
  pool.apply({ Idle: 30, Other: 5 })
  await until(() => pool.settled)
  assert.deepEqual(pool.counts(), { Idle: 30, Other: 5 })
  pool.apply({ Idle: 7 })
  await until(() => pool.settled)
  assert.deepEqual(pool.counts(), { Idle: 7, Other: 5 })
  pool.apply({ Idle: 9, Other: 0 })
  await until(() => pool.settled)
  assert.deepEqual(pool.counts(), { Idle: 9, Other: 0 })
  await pool.stop(100)
  assert.deepEqual(pool.counts(), { Idle: 0, Other: 0 })
})

test('refuses what makes no sense and changes nothing', () => {
  const { pool } = poolOf({ Idle })
  assert.throws(() => pool.apply({ Idle: 3, Nobody: 1 }), {
    name: 'KatydidError',
    message: 'There is no user class Nobody',
    hint: 'user classes: Idle',
  })
  assert.throws(() => pool.apply({ Idle: -1 }), { message: 'bad number of users of Idle: -1' })
  assert.throws(() => pool.apply({ Idle: 1.5 }))
  assert.deepEqual(pool.counts(), { Idle: 0 })
})

test('a ramp down lets users finish their task; they count until they have', async () => {
  let finished = 0
  class Worker extends User {
    static override tasks = { work: 1 }
    async work() {
      await sleep(60)
      finished++
    }
  }
  const { pool } = poolOf({ Worker }, 1_000)
  pool.apply({ Worker: 4 })
  await sleep(20)
  pool.apply({ Worker: 1 })
  assert.deepEqual(pool.counts(), { Worker: 4 })
  await until(() => pool.settled)
  assert.ok(finished >= 3)
  assert.deepEqual(pool.counts(), { Worker: 1 })
  await pool.stop(1_000)
})

test('stop: waiting users end at once, each with onStop', async () => {
  let stops = 0
  class Waiting extends Idle {
    override async onStop() {
      await sleep(5)
      stops++
    }
  }
  const { pool } = poolOf({ Waiting })
  pool.apply({ Waiting: 100 })
  await until(() => pool.settled)
  const began = performance.now()
  await pool.stop(60_000)
  assert.ok(performance.now() - began < 30_000)
  assert.equal(stops, 100)
})

test('stop: who is not done in time is aborted, whose task never settles is given up, onStop runs for each', async () => {
  const log: string[] = []
  class Polite extends User {
    static override tasks = { work: 1 }
    async work() {
      await sleep(60_000, undefined, { signal: this.signal })
    }
    override onStop() {
      log.push('polite')
    }
  }
  class Deaf extends User {
    static override tasks = { hang: 1 }
    hang() {
      return new Promise(() => {})
    }
    override onStop() {
      log.push('deaf')
    }
  }
  class Stubborn extends Deaf {
    override onStop() {
      log.push('stubborn')
      return new Promise<void>(() => {})
    }
  }
  const { pool, run } = poolOf({ Polite, Deaf, Stubborn })
  pool.apply({ Polite: 1, Deaf: 1, Stubborn: 1 })
  await sleep(20)
  const began = performance.now()
  await pool.stop(150)
  const took = performance.now() - began
  assert.ok(took >= 145 && took < 30_000, `${took} ms`)
  assert.deepEqual(log.sort(), ['deaf', 'polite', 'stubborn'])
  assert.deepEqual(pool.counts(), { Polite: 0, Deaf: 0, Stubborn: 0 })
  assert.deepEqual(run.recorder.take().exceptions, [], 'what an abort makes throw is no exception')
})

test('a second stop with less time shortens the first', async () => {
  class Slow extends User {
    static override tasks = { work: 1 }
    async work() {
      await sleep(60_000, undefined, { signal: this.signal })
    }
  }
  const { pool } = poolOf({ Slow })
  pool.apply({ Slow: 3 })
  await sleep(10)
  const began = performance.now()
  const first = pool.stop(60_000)
  await pool.stop(0)
  await first
  assert.ok(performance.now() - began < 30_000)
})

test('users that ended by themselves are not replaced until the target went below them', async () => {
  let made = 0
  class Brief extends User {
    static override tasks = { leave: 1 }
    number = ++made
    leave() {
      if (this.number <= 2) throw new Error('never mind')
    }
    override waitTime() {
      return 3_600
    }
    override onStart() {
      if (this.number > 3) throw new Error('no more')
    }
  }
  const { pool, exhausted } = poolOf({ Brief })
  pool.apply({ Brief: 5 })
  await until(() => pool.counts().Brief === 3)
  await sleep(10)
  pool.apply({ Brief: 5 })
  await sleep(10)
  assert.equal(Number(made), 5)
  pool.apply({ Brief: 3 })
  pool.apply({ Brief: 4 })
  await until(() => made === 6)
  assert.equal(exhausted(), 0)
  await pool.stop(100)
})

test('says so when every user has ended by itself', async () => {
  class Gone extends User {
    static override tasks = [() => {}]
    override onStart() {
      throw new Error('closed')
    }
  }
  const { pool, exhausted } = poolOf({ Gone })
  pool.apply({ Gone: 3 })
  await until(() => exhausted() === 1)
  assert.deepEqual(pool.counts(), { Gone: 0 })
  await pool.stop(0)
})

test('20,000 waiting users cost at most 2 KiB of heap each; starting and stopping them is done in many turns of the loop', async () => {
  // in a process of its own: the test runner's hooks make every promise cost more
  const here = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
  const program = `
    import { UserPool } from ${here('./pool.ts')}
    import { User } from ${here('../tasks/user.ts')}
    import { between } from ${here('../tasks/waits.ts')}
    import { testRun, until } from ${here('../environment/test-run.fixture.ts')}
    class Idle extends User {
      static tasks = { nothing: 1 }
      waitTime = between(3_000, 3_600)
      async nothing() {}
    }
    const classes = new Map([['Idle', Idle]])
    const pool = new UserPool({ runtime: testRun().runtime, classes, stopTimeoutMs: 100 })
    // this thread's own CPU time: what other processes take from it is no turn of this loop
    const cpuMs = () => Object.values(process.threadCpuUsage()).reduce((sum, us) => sum + us / 1_000, 0)
    async function longestTurnOf(work) {
      let longestMs = 0, turnMs = cpuMs()
      const beganMs = turnMs
      const turn = () => {
        const now = cpuMs()
        longestMs = Math.max(longestMs, now - turnMs)
        turnMs = now
      }
      const timer = setInterval(turn, 5)
      await work()
      clearInterval(timer)
      turn()
      return longestMs / (turnMs - beganMs)
    }
    gc()
    const before = process.memoryUsage().heapUsed
    const startShare = await longestTurnOf(async () => {
      pool.apply({ Idle: 20_000 })
      await until(() => pool.settled, 60_000)
    })
    await new Promise((resolve) => setImmediate(resolve))
    gc()
    const bytesEach = (process.memoryUsage().heapUsed - before) / 20_000
    const began = performance.now()
    const stopShare = await longestTurnOf(() => pool.stop(60_000))
    const stopMs = performance.now() - began
    console.log(JSON.stringify({ bytesEach, startShare, stopShare, stopMs, left: pool.counts() }))
  `
  const args = ['--expose-gc', '--input-type=module-typescript', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { bytesEach, startShare, stopShare, stopMs, left } = JSON.parse(stdout)
  assert.ok(bytesEach < 2_048, `${bytesEach} bytes each`)
  assert.ok(startShare < 0.6, `${startShare} of the work of starting was done in one turn of the loop`)
  assert.ok(stopShare < 0.6, `${stopShare} of the work of stopping was done in one turn of the loop`)
  assert.ok(stopMs < 60_000, 'users that wait end at once, not when their time is up')
  assert.deepEqual(left, { Idle: 0 })
})

test('users that are told to stop and still in a task are users: more are started only as they end', async () => {
  let alive = 0
  let most = 0
  const ends: (() => void)[] = []
  class Slow extends User {
    static override tasks = { slow: 1 }
    override onStart() {
      most = Math.max(most, ++alive)
    }
    override onStop() {
      alive--
    }
    slow() {
      return new Promise<void>((resolve) => ends.push(resolve))
    }
  }
  const { runtime } = testRun()
  const pool = new UserPool({ runtime, classes: new Map([['Slow', Slow]]), stopTimeoutMs: 5_000 })
  pool.apply({ Slow: 5 })
  await until(() => ends.length === 5)
  pool.apply({ Slow: 2 })
  pool.apply({ Slow: 6 })
  await until(() => ends.length === 6)
  assert.deepEqual([alive, pool.counts(), pool.settled], [6, { Slow: 6 }, false])
  for (const end of ends.splice(0)) end()
  await until(() => pool.settled)
  assert.deepEqual([alive, most], [6, 6])
  const stopped = pool.stop(0)
  for (const end of ends.splice(0)) end()
  await stopped
})

/** Five users: the first fails in `onStart`, the second and third leave on purpose. */
async function withThreeGone() {
  let made = 0
  class Leaving extends User {
    static override tasks = { go: 1 }
    override waitTime = constant(0.01)
    number = ++made
    override onStart() {
      if (this.number === 1) throw new Error('no')
    }
    go() {
      if (this.number < 4) throw new StopUser()
    }
  }
  const rig = poolOf({ Leaving })
  const settle = async (users: number) => {
    rig.pool.apply({ Leaving: users })
    await until(() => rig.pool.settled)
    return [rig.pool.counts().Leaving, rig.pool.left, made]
  }
  rig.pool.apply({ Leaving: 5 })
  await until(() => rig.pool.counts().Leaving === 2 && rig.pool.left === 2)
  return { ...rig, settle }
}

test('when all were suspended, those that had ended are not started again, however the load comes back', async () => {
  const { pool, settle } = await withThreeGone()
  pool.suspend()
  await until(() => pool.settled)
  assert.deepEqual([pool.counts(), pool.left], [{ Leaving: 0 }, 0])
  const steps = []
  for (const users of [0, 1, 2, 3, 5]) steps.push(await settle(users))
  assert.deepEqual(steps, [
    [0, 0, 5],
    [1, 0, 6],
    [2, 0, 7],
    [2, 1, 7],
    [2, 2, 7],
  ])
  pool.suspend()
  assert.deepEqual(await settle(5), [2, 2, 9], 'all at once, as under a Locust master')
  assert.deepEqual(await settle(7), [4, 2, 11], 'a load that rises has more users')
  await pool.stop(100)
})

test('suspended again on the way back: the same', async () => {
  const { pool, settle } = await withThreeGone()
  pool.suspend()
  await settle(1)
  pool.suspend()
  await settle(3)
  pool.suspend()
  assert.deepEqual((await settle(5)).slice(0, 2), [2, 2])
  await pool.stop(100)
})

test('a load that falls after that forgets them, as always', async () => {
  const { pool, settle } = await withThreeGone()
  pool.suspend()
  await settle(4)
  await settle(1)
  assert.deepEqual((await settle(5)).slice(0, 2), [5, 0])
  await pool.stop(100)
})

test('where all had ended that is told again: nothing will happen', async () => {
  class Gone extends Idle {
    override onStart() {
      throw new StopUser()
    }
  }
  const { pool, exhausted } = poolOf({ Gone })
  pool.apply({ Gone: 2 })
  await until(() => exhausted() > 0)
  pool.suspend()
  const before = exhausted()
  pool.apply({ Gone: 2 })
  assert.equal(exhausted(), before + 1)
  assert.deepEqual([pool.counts().Gone, pool.left], [0, 2])
})

test('users that left on purpose are counted apart, as long as they are asked for', async () => {
  const { pool } = await withThreeGone()
  assert.equal(pool.left, 2, 'one failed, and two are there')
  pool.apply({ Leaving: 3 })
  assert.equal(pool.left, 1)
  pool.apply({ Leaving: 0 })
  assert.equal(pool.left, 0)
  await pool.stop(100)
})
