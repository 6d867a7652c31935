/**
 * Names the test that blocks its process: a loop without an end, of which no time-out inside the process can know. A thread watches, and ends the process
 * where one test has not been over for longer than any test may take.
 */
import { beforeEach, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'

const nameBytes = 1_000
const shared = new SharedArrayBuffer(8 + nameBytes)
/** How many tests have begun, and how long the name of the last one is. */
const numbers = new Int32Array(shared, 0, 2)
const name = new Uint8Array(shared, 8)

const watch = `
const { workerData: { shared, longestMs } } = require('node:worker_threads')
const [numbers, name] = [new Int32Array(shared, 0, 2), new Uint8Array(shared, 8)]
let [begun, since] = [0, performance.now()]
setInterval(() => {
  if (numbers[0] !== begun) return void ([begun, since] = [numbers[0], performance.now()])
  if (performance.now() - since < longestMs) return
  const test = Buffer.from(name.slice(0, numbers[1])).toString()
  require('node:fs').writeSync(2, test + ': not over after ' + longestMs / 1_000 + ' s, and nothing else can run in its process\\n')
  process.kill(process.pid, 'SIGKILL')
}, 1_000)
`

let started = false

/** Watches the tests of the suite in which it is called, and those below. */
export function nameWhatBlocks(longestMs: number): void {
  beforeEach((test) => {
    const { written } = new TextEncoder().encodeInto((test as TestContext).fullName, name)
    numbers[1] = written
    numbers[0]!++
  })
  if (started) return
  started = true
  new Worker(watch, { eval: true, workerData: { shared, longestMs } }).unref()
}
