import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assertExit, row } from './assert-truth.ts'
import { type RunOptions, runKatydid, startKatydid, temporaryFolder } from './run-katydid.ts'
import { trusted } from './steady.ts'

const example = (name: string) => fileURLToPath(new URL(`../runner/examples/${name}.ts`, import.meta.url))

/** The shop as a user starts it: `katydid target`, a process of its own. */
const shop = spawn(
  process.execPath,
  [fileURLToPath(new URL('../runner/src/main.ts', import.meta.url)), 'target', '--port', '0', '--latency', '2ms'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
after(() => shop.kill('SIGKILL'))
const url = await urlOf(shop)
const counted = async () => ((await (await fetch(`${url}/__counts`)).json()) as { total: number }).total

async function urlOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface(child.stdout!)) {
    const found = /http:\/\/[\d.:]+/.exec(line)
    if (found) return found[0]
  }
  throw new Error('the shop did not say where it is')
}

interface ExampleOptions extends RunOptions {
  /** Ends the run once the shop has counted so many more requests. */
  until?: number
}

async function run(name: string, flags: string[], options: ExampleOptions = {}) {
  const { outcome, counted } = await runFile(example(name), flags, options)
  const { requests, aborted, hops, failures } = outcome.result.totals
  assert.equal(failures, 0)
  assert.equal(counted, requests + aborted + hops, 'what the shop counted = what the report says')
  assert.ok(requests > 0)
  return outcome
}

/** A run that passes, and what the shop counted of it: of the last try, where this machine stood still during another. */
async function runFile(file: string, flags: string[], { until, ...options }: ExampleOptions) {
  const args = ['run', file, '-H', url, ...flags]
  const attempt = async () => {
    const before = await counted()
    const since = async () => (await counted()) - before
    const end =
      until === undefined
        ? {}
        : { signalAfter: { signal: 'SIGINT', when: async () => (await since()) >= until } as const }
    const cwd = temporaryFolder() // an example finds its data wherever it is started
    const outcome = await startKatydid(args, { cwd, ...options, ...end }).done
    return { outcome, counted: await since() }
  }
  const tried = await trusted(attempt, ({ outcome }) => outcome, args)
  assertExit(tried.outcome, 0)
  return tried
}
const few = ['-u', '8', '-r', '40', '-t', '1500ms']
/** Long enough for a task picked one time in four to be picked at all. */
const longer = ['-u', '8', '-r', '40', '-t', '2500ms']

test('shop.ts: both kinds of visitors, a check and a metric', async () => {
  const outcome = await run('shop', few)
  assert.ok(row(outcome, 'POST', '/login').requests === 2)
  assert.ok(row(outcome, 'GET', '/products').requests > 0)
})

test('shop.ts: its checkout can be left out by its tag', async () => {
  const outcome = await run('shop', [...few, '-E', 'checkout'])
  assert.ok(!outcome.result.requests.some(({ name }) => name === '/checkout' || name === '/cart'))
})

test('soak.ts', async () => {
  const outcome = await run('soak', few)
  assert.equal(row(outcome, 'GET', '/cart').requests, 8, 'one visit each in the first ten seconds')
})

test('orders.ts: rows of its feed, steps in order, parameters and a secret', async () => {
  const outcome = await run('orders', [...few, '--param', 'quantity=3'], { env: { SHOP_KEY: 'hush-0123456789' } })
  assert.ok(row(outcome, 'POST', '/cart/add/[id]').requests >= row(outcome, 'POST', '/checkout').requests)
  assert.ok(!JSON.stringify(outcome.result).includes('hush-0123456789'))
})

test('tasksets.ts', async () => {
  const outcome = await run('tasksets', longer)
  assert.ok(row(outcome, 'GET', '/products/7').requests > 0)
})

test('plain.ts', async () => {
  assert.equal((await run('plain', longer)).result.requests.length, 2)
})

test('sharded-files.ts: every file to one worker, and no load before all have theirs', async () => {
  const names = (outcome: Awaited<ReturnType<typeof run>>) => outcome.result.requests.map(({ name }) => name)
  const load = ['-u', '20', '-r', '200']
  const alone = await run('sharded-files', load, { until: 480 })
  assert.equal(names(alone).length, 20)
  const shared = await run('sharded-files', [...load, '--processes', '3'], { until: 300 })
  assert.equal(names(shared).length, 20)
  assert.equal(shared.result.workers.length, 3)
})

test('sharded-files.ts splits evenly: seven, seven and six files, none of them on two workers', async () => {
  const named = "name: file + ' on ' + this.environment.workerIndex"
  const text = readFileSync(example('sharded-files'), 'utf8').replace(/name: `.*?`/, named)
  assert.ok(text.includes(named))
  const load = ['-u', '20', '-r', '200', '--processes', '3']
  const { outcome } = await runFile('sharded.ts', load, { files: { 'sharded.ts': text }, until: 300 })
  const of = (worker: number) => outcome.result.requests.filter(({ name }) => name.endsWith(` on ${worker}`)).length
  assert.deepEqual([of(0), of(1), of(2)].sort(), [6, 7, 7])
  assert.equal(outcome.result.requests.length, 20)
})

test('shape.ts', async () => {
  const cwd = temporaryFolder()
  const files = { 'v.yaml': 'load:\n  profile: { kind: shape, runTime: 2s }\n' }
  await run('shape', ['-f', 'v.yaml'], { cwd, files })
})

test('custom-protocol.ts: what its server counted = what the report says', async (t) => {
  const seen = { connects: 0, PING: 0, INCR: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    seen.connects++
    sockets.add(socket)
    socket.on('error', () => {})
    createInterface({ input: socket }).on('line', (line) => {
      if (line === 'PING') socket.write(`+PONG ${++seen.PING}\r\n`)
      else if (line.startsWith('INCR')) socket.write(`:${++seen.INCR}\r\n`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as { port: number }
  const args = ['run', example('custom-protocol'), '-H', `tcp://127.0.0.1:${port}`, ...few]
  const outcome = await runKatydid(args)
  assertExit(outcome, 0)
  const count = Object.fromEntries(outcome.result.requests.map(({ name, requests }) => [name, requests]))
  assert.deepEqual(count, { connect: seen.connects, PING: seen.PING, INCR: seen.INCR })
  assert.equal(seen.connects, 8)
  assert.ok(seen.PING > 50)
})

test('the shop ends in order on SIGTERM', async () => {
  const gone = once(shop, 'exit')
  shop.kill('SIGTERM')
  assert.deepEqual(await gone, [0, null])
})
