import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StopTest } from '../environment/control-flow.ts'
import { testRun } from '../environment/test-run.fixture.ts'
import { openUser } from '../running/open-user.ts'
import { demandWords } from './class-mistakes.ts'
import { User } from './user.ts'

test('what a field says and nobody would hear ends the run as broken, at the first user and at each', () => {
  const fields: [object, RegExp][] = [
    [{ wait_time: () => 1 }, /^Shopper has wait_time: katydid calls it waitTime/],
    [{ waitTme: () => 1 }, /^Shopper has waitTme, which katydid does not know: did you mean waitTime\?/],
    [{ watiTime: () => 1 }, /did you mean waitTime\?/],
    [{ waitTime: 2 }, /^Shopper has waitTime = 2: write waitTime = between\(1, 5\)/],
    [{ onStart: 5 }, /^Shopper has onStart = 5: write async onStart/],
    [{ on_start: () => {} }, /katydid calls it onStart/],
    [{ weight: 3 }, /^Shopper has weight, and it belongs to the class: write it static, static weight = 3/],
    [{ tasks: ['browse'] }, /has tasks, and it belongs to the class/],
    [{ host: 'http://a' }, /has host, and it belongs to the class/],
    [{ fixed_count: 1 }, /katydid calls it fixedCount/],
    [{ min_wait: 1_000, max_wait: 2_000 }, /has min_wait, .*; Shopper has max_wait/],
  ]
  for (const [own, told] of fields) {
    class Shopper extends User {
      static override tasks = { browse: 1 }
      browse() {}
      constructor() {
        super()
        Object.assign(this, own)
      }
    }
    const { runtime, stops, recorder } = testRun()
    assert.equal(openUser(Shopper, runtime), undefined)
    assert.equal(openUser(Shopper, runtime), undefined)
    assert.equal(stops.length, 1)
    assert.equal(stops[0]?.outcome, 'broken')
    assert.match(stops[0]?.reason ?? '', told)
    assert.deepEqual(recorder.take().exceptions ?? [], [])
  }
})

test('fields of somebody’s own are left alone', () => {
  class Shopper extends User {
    override waitTime = () => 1
    override onStart = async () => {}
    cart = []
    waitTimer = undefined
    wait = 5
    onShop = () => {}
  }
  const { runtime, stops } = testRun()
  assert.ok(openUser(Shopper, runtime))
  assert.deepEqual(stops, [])
  assert.throws(
    () =>
      demandWords(
        'task set',
        new (class Forum {
          on_stop = 1
        })(),
      ),
    StopTest,
  )
})
