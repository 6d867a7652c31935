import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { StopTest } from '../environment/control-flow.ts'
import { KatydidError } from '../errors.ts'
import { forgetFeeds, prepareFeeds, setFeedFolder, setRowSource } from './declared-feeds.ts'
import { type Feed, feed } from './feed.ts'
import type { FeedSpec } from './row-source.ts'

const folder = mkdtempSync(join(tmpdir(), 'katydid-feed-'))
after(() => rmSync(folder, { recursive: true }))
afterEach(async () => {
  await forgetFeeds()
  setRowSource(undefined)
})
setFeedFolder(folder)

let files = 0
function written(text: string, extension = 'csv'): string {
  const name = `f${++files}.${extension}`
  writeFileSync(join(folder, name), text)
  return name
}

/** Long rows, so that few of them make a file too large to be held. */
const filler = 'x'.repeat(2000)
const small = 12
const large = 1500
const csv = (rows: number, text = '') =>
  `id,text\n${Array.from({ length: rows }, (_, id) => `${id},${text}`).join('\n')}\n`
const jsonLines = (rows: number, text = '') =>
  Array.from({ length: rows }, (_, id) => `${JSON.stringify({ id: String(id), text })}\n`).join('')
const sources: [name: string, file: string, rows: number][] = [
  ['a small CSV file', written(csv(small)), small],
  ['a large CSV file', written(csv(large, filler)), large],
  ['small JSON lines', written(jsonLines(small), 'jsonl'), small],
  ['large JSON lines', written(jsonLines(large, filler), 'ndjson'), large],
  [
    'a JSON array',
    written(JSON.stringify(Array.from({ length: small }, (_, id) => ({ id: String(id) }))), 'json'),
    small,
  ],
]

async function take(rows: Feed<{ id: string }>, count: number): Promise<number[]> {
  const taken: number[] = []
  for (let index = 0; index < count; index++) taken.push(Number((await rows.next()).id))
  return taken
}
const inOrder = (count: number) => [...Array(count).keys()]
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b)

async function stopOf(rows: Feed<{ id: string }>): Promise<StopTest> {
  try {
    await rows.next()
  } catch (error) {
    assert.ok(error instanceof StopTest, String(error))
    return error
  }
  return assert.fail('there was one more')
}

for (const [name, file, count] of sources) {
  test(`${name}: sequential and unique rows in order, and then as onEnd says`, async () => {
    for (const mode of ['sequential', 'unique'] as const) {
      const stopping = feed<{ id: string }>(file, { mode, onEnd: 'stop' })
      assert.deepEqual(await take(stopping, count), inOrder(count))
      assert.deepEqual(
        [(await stopOf(stopping)).message, (await stopOf(stopping)).outcome],
        [`the feed ${file} has no rows left: it had ${count === 1500 ? '1,500' : count} rows`, 'passed'],
      )
      const failing = feed<{ id: string }>(file, { mode, onEnd: 'fail' })
      await take(failing, count)
      assert.equal((await stopOf(failing)).outcome, 'broken')
      const recycling = feed<{ id: string }>(file, { mode, onEnd: 'recycle' })
      assert.deepEqual(await take(recycling, 2 * count + 3), [...inOrder(count), ...inOrder(count), ...inOrder(3)])
    }
  })

  test(`${name}: random rows, each once before any comes again`, async () => {
    const rows = feed<{ id: string }>(file, { mode: 'random' })
    const first = await take(rows, count)
    const second = await take(rows, count)
    assert.deepEqual(sorted(first), inOrder(count))
    assert.deepEqual(sorted(second), inOrder(count))
    assert.notDeepEqual(first, inOrder(count))
    assert.notDeepEqual(first, second)
    const stopping = feed<{ id: string }>(file, { mode: 'random', onEnd: 'stop' })
    assert.deepEqual(sorted(await take(stopping, count)), inOrder(count))
    await stopOf(stopping)
  })

  test(`${name}: many users at once, none gets a row twice and none is left out`, async () => {
    const rows = feed<{ id: string }>(file, { mode: 'unique' })
    const ends: string[] = []
    const user = async () => {
      const taken: number[] = []
      for (;;)
        try {
          taken.push(Number((await rows.next()).id))
        } catch (error) {
          ends.push((error as Error).name)
          return taken
        }
    }
    const taken = await Promise.all(Array.from({ length: 40 }, user))
    assert.deepEqual(sorted(taken.flat()), inOrder(count))
    assert.deepEqual(new Set(ends), new Set(['StopTest']))
  })
}

test('by default unique rows stop the run, sequential ones recycle', async () => {
  const file = written('id\n7\n')
  const unique = feed<{ id: string }>(file, { mode: 'unique' })
  await unique.next()
  assert.equal((await stopOf(unique)).outcome, 'passed')
  assert.deepEqual(await take(feed(file), 3), [7, 7, 7])
})

test('a row that is there comes without a promise, and cannot be changed', async () => {
  const rows = feed<{ id: string }>(sources[0]![1])
  await prepareFeeds()
  const row = rows.next()
  assert.ok(!(row instanceof Promise))
  assert.throws(() => ((row as { id: string }).id = 'x'), TypeError)
})

test('what is wrong with a file is told where the feed is declared', () => {
  mkdirSync(join(folder, 'dir.csv'))
  const wrong: [file: string, message: string][] = [
    ['nowhere.csv', 'The feed nowhere.csv does not exist'],
    ['dir.csv', 'The feed dir.csv is a directory'],
    [written(''), 'is empty'],
    [written('a,b\n'), 'has a header but no rows'],
    [written('\n\n', 'jsonl'), 'has no rows'],
    [written('[]', 'json'), 'has no rows'],
    [written('{"a": 1}', 'json'), 'is JSON, but not an array'],
    [written('[1,', 'json'), 'is not JSON: '],
    [written('{"a": 1}\n{"a": \n', 'jsonl'), ':2 is not JSON: "{\\"a\\": "'],
    [written('a,b\n1,2\n1,2,3\n'), ':3 has 3 columns where 2 were expected'],
    [written(`a,b\n1\n${csv(large, filler)}`), ':2 has 1 column where 2 were expected'],
  ]
  for (const [file, message] of wrong)
    assert.throws(
      () => feed(file),
      (error) =>
        error instanceof KatydidError &&
        error.code === 'FEED' &&
        error.message.includes(message) &&
        error.message.includes(file),
      message,
    )
})

test('options are checked, with what was meant', () => {
  const file = sources[0]![1]
  const wrong: [options: object, message: string, hint: RegExp][] = [
    [
      { mod: 'random' },
      `The feed ${file} has the unknown option mod`,
      /^did you mean mode\? use one of mode, onEnd, delimiter, encoding, format$/,
    ],
    [
      { mode: 'randm' },
      `The feed ${file} has the mode randm`,
      /^did you mean random\? use one of unique, sequential, random$/,
    ],
    [{ onEnd: 'crash' }, `The feed ${file} has the onEnd crash`, /^use one of stop, recycle, fail$/],
    [{ delimiter: '::' }, `The feed ${file} has the delimiter "::"`, /^use one ASCII character/],
    [{ format: 'xml' }, `The feed ${file} has the format xml`, /csv, jsonl, json$/],
  ]
  for (const [options, message, hint] of wrong)
    assert.throws(() => feed(file, options), { code: 'FEED', message, hint })
  assert.throws(() => feed('users.dat'), { message: 'The feed users.dat has the format unknown for .dat' })
})

test('a mistake deep in a large file ends the run as broken, or is told ahead where the whole file is read', async () => {
  const file = written(`${csv(large, filler)}1,2,3\n`)
  const streamed = feed<{ id: string }>(file)
  await prepareFeeds()
  await take(streamed, large - 100)
  await assert.rejects(take(streamed, 100), StopTest)
  const stop = await stopOf(streamed)
  assert.equal(stop.outcome, 'broken')
  const problem = `The feed ${file}:${large + 2} has 3 columns where 2 were expected`
  assert.match(stop.message, new RegExp(`^${problem}: the columns are id, text\\. `))
  await forgetFeeds()
  feed(file, { mode: 'random' })
  await assert.rejects(prepareFeeds(), { code: 'FEED', message: problem })
})

test('a quote left open in a large file is not read to its end into memory', async () => {
  feed(written(`id,text\n1,"${filler}${csv(1500, filler)}`))
  await assert.rejects(prepareFeeds(), {
    code: 'FEED',
    message: /:2 starts a row that is larger than 1 MiB$/,
    hint: 'look for a quote that is not closed; the limit for a row is 1 MiB',
  })
})

test('a path is relative to the load file, or else to the working directory', async () => {
  assert.throws(() => feed('runner/package.json'), { message: /is JSON, but not an array/ })
  assert.throws(() => feed('package.jsn'), { hint: /\.jsn|one of/ })
})

test('rows may come from elsewhere: a block at a time, asked for ahead', async () => {
  const leases: number[] = []
  let asked: FeedSpec | undefined
  setRowSource((spec) => {
    asked = spec
    return {
      lease: async (count) => {
        leases.push(count)
        return leases.length > 3 ? [] : inOrder(10).map((id) => ({ id: String(id) }))
      },
      close: async () => {},
    }
  })
  const rows = feed<{ id: string }>('not-here.csv', { mode: 'unique', onEnd: 'fail' })
  assert.deepEqual(JSON.parse(JSON.stringify(asked)), asked, 'what is asked for is plain data')
  assert.equal(asked?.shown, 'not-here.csv')
  assert.deepEqual(await take(rows, 30), [...inOrder(10), ...inOrder(10), ...inOrder(10)])
  assert.equal((await stopOf(rows)).outcome, 'broken')
  assert.equal(leases.length, 4, 'the end is asked for once')
})
