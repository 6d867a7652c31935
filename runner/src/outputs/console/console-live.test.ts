import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Aggregate } from '../../stats/aggregate.ts'
import { finishOf, intervalOf, startOf, tenSeconds } from '../run.fixture.ts'
import { ConsoleOutput } from './console.ts'
import type { Ticker } from './console-live.ts'
import { liveTable } from './console-table.ts'
import { RunView } from './run-view.ts'
import { Sink, Terminal } from './terminal.fixture.ts'
import { createStyle } from './text-style.ts'
import { textWidth } from './text-width.ts'

/** A clock that stands until it is told to go on. */
function clock() {
  let now = 0
  let call: (() => void) | undefined
  const ticker: Ticker = {
    now: () => now,
    every(_ms, each) {
      call = each
      return () => (call = undefined)
    },
  }
  const tick = (ms = 1_000) => {
    now += ms
    call?.()
  }
  return { ticker, tick, isTicking: () => call !== undefined }
}

function setUp(terminal = new Terminal(), env: Record<string, string> = {}, redact = (text: string) => text) {
  const stderr = new Terminal()
  const time = clock()
  // as on a real terminal, both are the same screen
  stderr.write = (text: string) => terminal.write(text)
  const output = new ConsoleOutput({ stdout: terminal, stderr, env }, redact, time.ticker)
  const stats = new Aggregate()
  output.start(startOf(stats))
  const second = (n: number) => {
    const interval = intervalOf(n)
    stats.merge(interval.stats)
    output.interval(interval)
    time.tick()
  }
  return { terminal, stderr, output, stats, second, ...time }
}

test('the table is redrawn in place, once a second', () => {
  const { terminal, second } = setUp()
  for (let n = 0; n < 4; n++) second(n)
  assert.equal(terminal.screen.match(/katydid shop\.ts/g)?.length, 1)
  assert.match(terminal.screen, /00:04 \/ 00:30 {2}█+░+ 13 % {2}users 10\n/)
  assert.match(terminal.screen, /GET {5}\/products +320 +0 +80/)
  assert.equal(terminal.cursorShown, false)
})

test('the clock goes on while no report comes in', () => {
  const { terminal, second, tick } = setUp()
  second(0)
  tick(5_000)
  assert.match(terminal.screen, /00:06 \/ 00:30/)
})

test('what others write stands above the table, which stays whole below it', () => {
  const { terminal, stderr, second } = setUp()
  second(0)
  stderr.write('WARN: names capped\n')
  terminal.write('a load file says ')
  terminal.write('hello')
  second(1)
  const lines = terminal.screen.split('\n')
  assert.deepEqual(lines.slice(0, 2), ['WARN: names capped', 'a load file says hello'])
  assert.match(lines[2] as string, /^katydid shop\.ts/)
  assert.equal(terminal.screen.match(/users 10/g)?.length, 1)
})

test('a terminal that changes its size gets a table that fits', () => {
  const { terminal, second } = setUp()
  second(0)
  terminal.resize(40, 12)
  const frame = terminal.text.split('\u001b[K\n').slice(-6)
  for (const line of frame.slice(1, -1)) assert.ok(textWidth(line) <= 40, line)
})

test('a terminal that does not know its size is taken for one of 80 × 24', () => {
  const { terminal, output, second } = setUp(new Terminal(0, 0))
  for (let n = 0; n < 3; n++) second(n)
  const [above = ''] = /\p{Cc}\[(\d+)A[^A]*$/u.exec(terminal.text)?.slice(1) ?? []
  assert.equal(Number(above), terminal.screen.split('\n').length)
  output.finish(finishOf(tenSeconds()))
  assert.match(terminal.screen, /\/cart\/add\/\[id\]/)
})

test('at the end the table makes room for the summary, and the terminal is as it was', () => {
  const { terminal, stderr, output, second, isTicking } = setUp()
  const exits = process.listenerCount('exit')
  second(0)
  output.finish(finishOf(tenSeconds()))
  assert.ok(terminal.cursorShown)
  assert.match(terminal.screen, /^\nPASSED — 1,001 requests/)
  assert.doesNotMatch(terminal.screen, /last 5 s/)
  assert.deepEqual([terminal.listeners, isTicking()], [0, false])
  assert.equal(process.listenerCount('exit'), exits - 1)
  const before = terminal.text.length
  stderr.write('x')
  assert.equal(terminal.text.length, before + 1, 'nobody stands between the streams and their writers any more')
})

test('a process that exits in between leaves the cursor as it was', () => {
  const listeners = new Set(process.listeners('exit'))
  const { terminal, output } = setUp()
  const [added] = process.listeners('exit').filter((listener) => !listeners.has(listener))
  assert.equal(terminal.cursorShown, false)
  added?.(0)
  assert.ok(terminal.cursorShown)
  output.finish(finishOf(new Aggregate()))
})

test('colours only where they are wanted', () => {
  const colours = /\p{Cc}\[\d+m/u
  const colourful = new Terminal()
  colourful.colors = true
  const { output } = setUp(colourful)
  output.finish(finishOf(new Aggregate()))
  assert.match(colourful.text, colours)
  const plain = setUp(new Terminal(), { NO_COLOR: '1' })
  plain.output.finish(finishOf(new Aggregate()))
  assert.doesNotMatch(plain.terminal.text, colours)
})

test('no terminal, or a dumb one: no control character at all', () => {
  for (const stdout of [new Sink(), new Terminal()]) {
    const output = new ConsoleOutput({ stdout, stderr: new Sink(), env: { TERM: 'dumb' } }, (text) => text)
    output.start(startOf(new Aggregate()))
    for (let second = 0; second < 6; second++) output.interval(intervalOf(second))
    output.finish(finishOf(tenSeconds()))
    assert.doesNotMatch(stdout.text.replaceAll('\n', ''), /\p{Cc}/u)
    assert.match(stdout.text, /^00:05 \/ 00:30 {2}users 10 {2}rps 100 {2}fail/m)
  }
})

test('secrets are neither in the table nor in lines nor in the summary', () => {
  const hide = (text: string) => text.replaceAll('products', '[redacted]')
  const { terminal, output, second } = setUp(new Terminal(), {}, hide)
  second(0)
  output.finish(finishOf(tenSeconds()))
  assert.doesNotMatch(terminal.text, /products/)
  assert.match(terminal.text, /\[redacted\]/)
})

test('no size of terminal breaks the table', () => {
  const stats = new Aggregate()
  const view = new RunView(startOf(stats), (text) => text)
  for (let second = 0; second < 3; second++) {
    const interval = intervalOf(second)
    for (let i = 0; i < 40; i++) {
      const [first] = interval.stats.requests
      if (first) interval.stats.requests.push({ ...first, name: `/支払い/${i}` })
    }
    stats.merge(interval.stats)
    view.add(interval)
    view.event({ atMs: second, kind: 'warning', text: 'y'.repeat(300) })
  }
  for (const columns of [1, 5, 20, 80, 300])
    for (const rows of [1, 2, 5, 8, 12, 24, 100]) {
      const lines = liveTable(view, 3_000, { columns, rows, unicode: true, style: createStyle(false) })
      assert.ok(lines.length <= Math.max(1, rows - 1), `${lines.length} lines on ${rows}`)
      for (const line of lines) assert.ok(textWidth(line) <= columns, `${columns}: ${line}`)
    }
  const text = liveTable(view, 3_000, { columns: 100, rows: 24, unicode: true, style: createStyle(false) }).join('\n')
  const shown = text.match(/^(GET|POST) /gm)?.length ?? 0
  assert.match(text, new RegExp(`… and ${42 - shown} more`))
  assert.match(text, /\/cart\/add\/\[id\]/, 'groups with failures are not the ones left out')
})
