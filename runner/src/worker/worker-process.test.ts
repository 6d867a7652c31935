import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bundle } from '../loadfile/bundle.ts'
import { compile } from '../loadfile/compile.ts'
import { inlineFiles } from '../loadfile/inline-files.fixture.ts'
import type { Log } from '../log.ts'
import { planOf } from '../plan/plan.fixture.ts'
import { pack, unpackToMaster } from '../transport/katydid/packing.ts'
import type { Job, ToMaster, ToWorker, WorkerState } from '../transport/messages.ts'
import type { SessionNews } from '../transport/to-master/worker-session.ts'
import { WorkerProcess, type WorkerProcessOptions } from './worker-process.ts'

const shop = `import { constant, parameters, secret, User } from 'katydid'
export const params = parameters({ tenant: 'blue', token: secret('TOKEN') })
export class Buyer extends User {
  static tasks = { buy: 1 }
  waitTime = constant(0.01)
  onStart() {
    const { workerIndex, workerCount, role, data } = this.environment
    this.environment.send('began', { workerIndex, workerCount, role, data, ...params })
  }
  buy() {
    return this.environment.measure({ type: 'BUY', name: 'book' }, () => {})
  }
}
export class Seller extends Buyer {}
`
const files = { shop, throws: `throw new Error('no stock')\n`, nobody: `export const shop = 'closed'\n` }
const bundles = {} as Record<keyof typeof files, Bundle>
before(async () => {
  const folder = inlineFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [`${name}.ts`, text])))
  for (const name of Object.keys(files) as (keyof typeof files)[])
    bundles[name] = await compile(join(folder, `${name}.ts`))
})

/** A worker's process whose socket is a list of what it said, and of how its master saw it. */
function rig(more: Partial<WorkerProcessOptions> = {}) {
  const said: ToMaster[] = []
  const states: WorkerState[] = []
  const log: string[] = []
  const line = (level: string) => (text: string) => log.push(`${level}: ${text}`)
  const closed = { graceMs: Number.NaN, pending: 0 }
  let tell: (news: SessionNews) => void = () => {}
  const worker = new WorkerProcess({
    host: {
      listen: (listener) => {
        tell = listener
      },
      send: (body) => said.push(unpackToMaster(body)),
      sendFrame: () => {},
      state: (state) => states.push(state),
      close: async (graceMs) => {
        closed.graceMs = graceMs
        return closed.pending
      },
    },
    id: 'w_1',
    version: '1.2.3',
    log: { info: line('info'), warn: line('warn'), error: line('error') } as unknown as Log,
    env: { TOKEN: 'letmein' },
    ...more,
  })
  const left = worker.run()
  const hear = (...messages: (ToWorker | Job)[]) => {
    for (const message of messages) tell({ type: 'body', body: pack(message) })
  }
  const of = <Type extends ToMaster['type']>(type: Type) =>
    said.filter((message): message is Extract<ToMaster, { type: Type }> => message.type === type)
  return {
    worker,
    left,
    said,
    states,
    log,
    closed,
    of,
    hear,
    tell: (news: SessionNews) => tell(news),
    stopped: () => until(() => of('client_stopped').length > 0),
    types: () => said.map(({ type }) => type),
    /** Joins, and has its job. */
    begin: async (bundle: Bundle = bundles.shop, load = '') => {
      tell({ type: 'joined', dialect: 'katydid', index: 4, run: 'r' })
      hear(job(bundle, load))
      await until(() => said.length > 0)
    },
  }
}

const job = (bundle: Bundle, load = ''): Job => ({
  type: 'job',
  plan: planOf({ files: [`load:\n  file: x.ts\n  host: http://h\n  stopTimeout: 500ms\n${load}`] }),
  bundle,
  workerCount: 9,
})
const start = (aheadMs = 0): ToWorker => ({
  type: 'start',
  startedAtEpochMs: performance.timeOrigin + performance.now() + aheadMs,
  setupData: 7,
})
const spawn = (timestamp: number, users: Record<string, number>): ToWorker => ({
  type: 'spawn',
  target: { timestamp, users },
})

async function until(holds: () => boolean) {
  for (const end = performance.now() + 30_000; !holds(); await sleep(2)) assert.ok(performance.now() < end, `${holds}`)
}

test('joins with the job’s load file, runs what it is told, and leaves as the master says', async () => {
  const run = rig()
  await run.begin()
  assert.deepEqual(run.of('client_ready'), [
    {
      type: 'client_ready',
      version: '1.2.3',
      classes: [
        { name: 'Buyer', weight: 1, fixedCount: 0 },
        { name: 'Seller', weight: 1, fixedCount: 0 },
      ],
    },
  ])
  run.hear(start(), spawn(1, { Buyer: 2, Seller: 0 }))
  await until(() => run.of('spawning_complete').length > 0)
  const data = { workerIndex: 4, workerCount: 9, role: 'worker', data: 7, tenant: 'blue', token: 'letmein' }
  assert.deepEqual(
    run.of('message').map((message) => message.data),
    [data, data],
  )
  run.hear({ type: 'stop' })
  await run.stopped()
  const [second] = run.of('stats').flatMap(({ intervals }) => intervals)
  assert.deepEqual([second?.users, second?.stats.requests[0]?.name], [{ Buyer: 2, Seller: 0 }, 'book'])
  run.hear({ type: 'quit', exitCode: 3 })
  assert.equal(await run.left, 3)
  assert.deepEqual(run.types().slice(-2), ['client_stopped', 'quit'])
  assert.deepEqual(run.states, ['spawning', 'running', 'ready'])
  assert.deepEqual([run.closed.graceMs, run.log], [5_000, ['info: joined the master as worker 4']])
})

test('runs the classes and parameters of the plan', async () => {
  const run = rig()
  await run.begin(bundles.shop, '  userClasses: [Seller]\n  params: { tenant: green }\n')
  assert.deepEqual(
    run.of('client_ready')[0]?.classes.map(({ name }) => name),
    ['Seller'],
  )
  run.hear(start(), spawn(1, { Seller: 1 }))
  await until(() => run.of('message').length > 0)
  const [message] = run.of('message')
  assert.equal((message?.data as { tenant: string } | undefined)?.tenant, 'green')
  run.hear({ type: 'stop' })
  await run.stopped()
  run.hear({ type: 'quit' })
  assert.equal(await run.left, 0)
})

test('one that stands in for another has the index that it is told before its job', async () => {
  const run = rig()
  run.tell({ type: 'joined', dialect: 'katydid', index: 4, run: 'r' })
  run.hear({ type: 'ack', index: 1 }, job(bundles.shop), start(), spawn(1, { Buyer: 1 }))
  await until(() => run.of('message').length > 0)
  assert.partialDeepStrictEqual(run.of('message')[0]?.data, { workerIndex: 1 })
  assert.deepEqual(run.log, ['info: joined the master as worker 1'])
  run.hear({ type: 'stop' })
  await run.stopped()
  run.hear({ type: 'quit' })
  assert.equal(await run.left, 0)
})

test('one that the master tells to leave, since another has its place, goes at once: nothing it has to say is taken', async () => {
  const run = rig()
  run.tell({ type: 'joined', dialect: 'katydid', index: 0, run: 'r' })
  run.tell({ type: 'refused', text: 'the master told this worker to leave: worker b replaced it', exitCode: 3 })
  assert.deepEqual([await run.left, run.closed.graceMs], [3, 0])
})

test('what comes while the job loads waits for it, in order', async () => {
  const run = rig()
  run.tell({ type: 'joined', dialect: 'katydid', index: 0, run: 'r' })
  run.hear(job(bundles.shop), start(), spawn(1, { Buyer: 0 }), spawn(2, { Seller: 0 }), { type: 'stop' })
  assert.deepEqual(run.said, [])
  await run.stopped()
  assert.deepEqual(run.types(), [
    'client_ready',
    ...['spawning', 'spawning_complete'],
    ...['spawning', 'spawning_complete'],
    ...['stats', 'client_stopped'],
  ])
  run.hear({ type: 'quit' })
  assert.equal(await run.left, 0)
})

const unusable: [title: string, name: keyof typeof files, more: Partial<WorkerProcessOptions>, text: RegExp][] = [
  ['throws', 'throws', {}, /throws\.ts:1:7: Error: no stock \(.*/],
  ['has no users', 'nobody', {}, /No user class in .*nobody\.ts \(shop: a string/],
  ['has a secret that is not set', 'shop', { env: {} }, /TOKEN/],
]
for (const [title, name, more, text] of unusable)
  test(`a load file that ${title}: the master is told why, and the worker leaves for good`, async () => {
    const run = rig(more)
    await run.begin(bundles[name])
    assert.equal(await run.left, 3)
    const [told] = run.of('event')
    assert.equal(told?.kind, 'worker_failed')
    assert.match(told?.text ?? '', /^worker w_1 cannot use the load file: /)
    assert.match(told?.text ?? '', text)
    assert.deepEqual(run.types(), ['event'])
    assert.equal(run.closed.graceMs, 5_000, 'the master is to hear it')
    assert.match(run.log.at(-1) ?? '', /^error: cannot use the load file/)
  })

test('a load file of its own is used in place of the master’s', async () => {
  const plan = planOf({ files: ['load: { file: x.ts, host: "http://h" }'] })
  const own = { plan, load: () => Promise.reject(new Error('mine is broken')) }
  const run = rig({ own })
  await run.begin()
  assert.equal(await run.left, 3)
  assert.match(run.of('event')[0]?.text ?? '', /mine is broken/)
})

test('told to leave before it has a job, it leaves with what it is told, and with why', async () => {
  const run = rig()
  run.tell({ type: 'refused', text: 'the master told this worker to leave: another run', exitCode: 3 })
  assert.equal(await run.left, 3)
  assert.deepEqual([run.said, run.log], [[], ['warn: the master told this worker to leave: another run']])
})

test('a Locust master is of no use to a worker without a load file', async () => {
  const run = rig()
  run.tell({ type: 'joined', dialect: 'locust', index: 0, run: '' })
  assert.equal(await run.left, 3)
  assert.match(run.log[0] ?? '', /^error: the master is Locust/)
})

test('a silent master: users end, and come back when it orders anew; if it stays silent the worker leaves unheard', async () => {
  const run = rig()
  await run.begin()
  const aheadMs = 3_600_000
  run.tell({ type: 'heartbeat', clockOffsetMs: aheadMs })
  run.hear(start(aheadMs), spawn(1, { Buyer: 3 }))
  await until(() => run.of('spawning_complete').at(-1)?.users.Buyer === 3)
  run.tell({ type: 'silence', stage: 'lease' })
  await until(() => run.of('spawning_complete').at(-1)?.users.Buyer === 0)
  const [suspended] = run.of('suspended')
  assert.equal(suspended?.newest, 1)
  assert.ok(suspended && suspended.atMs >= 0 && suspended.atMs < 4_000, `${suspended?.atMs} of the run`)
  run.tell({ type: 'silence', stage: 'over' })
  run.hear(spawn(2, { Buyer: 1 }))
  await until(() => run.of('spawning_complete').at(-1)?.users.Buyer === 1)
  run.tell({ type: 'silence', stage: 'lease' })
  run.tell({ type: 'silence', stage: 'leave' })
  assert.equal(await run.left, 4)
  assert.equal(run.closed.graceMs, 0)
  run.hear({ type: 'stop' }) // its process would be gone by now
  await run.stopped()
  run.hear({ type: 'quit' })
})

test('a master that is not found in the time for that: the worker leaves, and does not call it gone', async () => {
  const run = rig()
  run.tell({ type: 'silence', stage: 'leave' })
  assert.deepEqual([await run.left, run.log], [4, ['error: no master found: this worker exits']])
})

test('a signal before there is a job ends it at once', async () => {
  const run = rig()
  run.worker.terminate('SIGTERM')
  assert.equal(await run.left, 143)
  assert.deepEqual(run.said, [])
})

test('a signal in the middle of a run: users end, everything measured is reported, and it leaves', async () => {
  const run = rig()
  await run.begin()
  run.hear(start(), spawn(1, { Buyer: 2 }))
  await until(() => run.of('spawning_complete').length > 0)
  await sleep(20)
  run.closed.pending = 2
  run.worker.terminate('SIGTERM')
  assert.equal(await run.left, 143)
  const requests = run.of('stats').flatMap(({ intervals }) => intervals.flatMap(({ stats }) => stats.requests))
  assert.ok((requests[0]?.ok.count ?? 0) > 0)
  assert.equal(run.types().includes('client_stopped'), false, 'the run goes on without it')
  assert.equal(run.types().at(-1), 'quit')
  assert.deepEqual(run.log.slice(-2), [
    'info: SIGTERM: leaving',
    'warn: this worker exits, but 2 messages did not reach the master',
  ])
})

test('a body that is none is told of, and what follows is followed', async () => {
  const run = rig()
  await run.begin()
  run.tell({ type: 'body', body: Uint8Array.of(0x85) })
  run.hear(start(), spawn(1, { Buyer: 1 }))
  await until(() => run.of('spawning_complete').length > 0)
  assert.ok(run.log.some((line) => line.startsWith('error: cannot follow a message of the master')))
  run.hear({ type: 'stop' })
  await run.stopped()
  run.hear({ type: 'quit' })
  assert.equal(await run.left, 0)
})
