import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { CutShort, StopTest } from '../environment/control-flow.ts'
import { forgetFeeds, prepareFeeds, setFeedFolder, setRowSource } from './declared-feeds.ts'
import { Feed, feed } from './feed.ts'
import { FeedDesk } from './feed-desk.ts'
import { feedKey } from './feed-key.ts'
import { type FeedOptions, feedSpec } from './feed-spec.ts'
import { type LeaseAnswer, LeaseBook } from './leased-rows.ts'

interface Row {
  id: string
}
type Rows = Feed<Row>

const folder = mkdtempSync(join(tmpdir(), 'katydid-desk-'))
after(() => rmSync(folder, { recursive: true }))
setFeedFolder(folder)
const desks: FeedDesk[] = []
afterEach(async () => {
  await forgetFeeds()
  setRowSource(undefined)
  await Promise.all(desks.splice(0).map((desk) => desk.close()))
})

let files = 0
function written(rows: number, more = ''): string {
  const name = `f${++files}.csv`
  writeFileSync(join(folder, name), `id\n${Array.from({ length: rows }, (_, id) => `${id}\n`).join('')}${more}`)
  return name
}

/** A master, and workers that reach it with some delay and get some answers twice. */
function cluster(file: string, options: FeedOptions, workers: number) {
  const desk = new FeedDesk()
  desks.push(desk)
  const spec = feedSpec(file, options, folder)
  const own: Rows = new Feed<Row>(spec, desk.openRows(spec) as never)
  const asked: number[] = []
  const sides = Array.from({ length: workers }, () => {
    let isThere = true
    const answer = (message: LeaseAnswer) => isThere && book.answer(message)
    const book = new LeaseBook((feed, request, count) => {
      asked.push(count)
      setImmediate(async () => {
        try {
          answer({ feed, request, rows: await desk.lease(feed, count), given: desk.given(feed) })
          answer({ feed, request, rows: [{ id: 'repeated' }] })
        } catch (error) {
          answer({ feed, request, rows: [], error: (error as Error).message })
        }
      })
    })
    const elsewhere = { ...spec, file: `/other/machine/${file}` }
    const open = (): Rows => new Feed<Row>(elsewhere, book.openRows(elsewhere) as never)
    return { rows: open(), open, lose: () => (isThere = false) }
  })
  return { desk, spec, own, asked, sides }
}

/** Takes rows until they end, as so many users. */
async function drain(rows: Rows, users: number, taken: number[], limit = Infinity): Promise<StopTest[]> {
  const user = async () => {
    try {
      while (taken.length < limit) taken.push(Number((await rows.next()).id))
    } catch (error) {
      if (error instanceof StopTest) return [error]
      throw error
    }
    return []
  }
  return (await Promise.all(Array.from({ length: users }, user))).flat()
}
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b)
const inOrder = (count: number) => [...Array(count).keys()]

for (const mode of ['unique', 'random', 'sequential'] as const)
  test(`${mode}: 100,000 rows to four workers, one lost on the way: none twice, all others handed out`, async () => {
    const count = 100_000
    const { sides } = cluster(written(count), { mode, onEnd: 'stop' }, 4)
    const taken = sides.map((): number[] => [])
    const lost = sides[2]!
    const ends = await Promise.all(
      sides.map(async ({ rows, lose }, i) => {
        if (rows !== lost.rows) return drain(rows, 5, taken[i]!)
        await drain(rows, 5, taken[i]!, 10_000)
        lose()
        return []
      }),
    )
    const all = sorted(taken.flat())
    assert.equal(new Set(all).size, all.length, 'a row was handed out twice')
    const missing = count - all.length
    // what it held, and what it had asked for
    assert.ok(missing <= 2 * 256, `${missing} rows were handed out to nobody`)
    assert.deepEqual([...new Set(ends.flat().map(({ outcome }) => outcome))], ['passed'])
    if (mode === 'random') assert.notDeepEqual(taken[0], sorted(taken[0]!))
  })

test('with as many rows as users each gets one, wherever it runs and whenever it starts', async () => {
  for (const options of [{ mode: 'unique' }, { mode: 'unique', onEnd: 'recycle' }, { onEnd: 'fail' }] as const) {
    const { sides } = cluster(written(100), options, 4)
    const taken: number[] = []
    for (const users of [1, 7, 2, 15])
      await Promise.all(
        sides.map(({ rows }) =>
          Promise.all(Array.from({ length: users }, async () => taken.push(Number((await rows.next()).id)))),
        ),
      )
    assert.deepEqual(sorted(taken), inOrder(100))
  }
})

test('rows that come again are asked for by the block, once somebody has wanted one', async () => {
  const { sides, asked } = cluster(written(10), { mode: 'sequential' }, 1)
  const [{ rows }] = sides as [(typeof sides)[0]]
  await rows.prepare()
  assert.deepEqual(asked, [])
  const taken: number[] = []
  await drain(rows, 3, taken, 1_000)
  assert.ok(asked.length < 10 && asked.every((count) => count === 256), String(asked))
  assert.deepEqual(taken.slice(0, 20), [...inOrder(10), ...inOrder(10)])
})

test('the master’s own users take from the same rows, no more than they want; declared twice it is one feed', async () => {
  const file = written(20)
  const { desk, spec, own, sides } = cluster(file, { mode: 'unique' }, 2)
  const again: Rows = new Feed<Row>({ ...spec }, desk.openRows({ ...spec }) as never)
  await Promise.all([own.prepare(), again.prepare()])
  const taken: number[] = []
  for (const rows of [own, again, own, sides[0]!.rows, sides[0]!.open(), again])
    taken.push(Number((await rows.next()).id))
  assert.deepEqual(taken, inOrder(6))
  await drain(sides[1]!.rows, 1, taken)
  assert.deepEqual(taken, inOrder(20))
  // of all rows, wherever they were handed out: an end that nobody asked for, and says so
  for (const rows of [own, sides[0]!.rows]) {
    const [end] = await drain(rows, 1, [])
    assert.ok(end instanceof CutShort)
    assert.ok(end.message.startsWith(`the feed ${file} has no rows left: it had 20 rows; `), end.message)
  }
})

test('the end is as onEnd says, on every worker', async () => {
  for (const [onEnd, outcome] of [
    ['stop', 'passed'],
    ['fail', 'broken'],
  ] as const) {
    const { sides } = cluster(written(50), { mode: 'unique', onEnd }, 3)
    const taken: number[] = []
    const ends = await Promise.all(sides.map(({ rows }) => drain(rows, 2, taken)))
    assert.deepEqual(
      ends.flat().map((end) => end.outcome),
      Array(6).fill(outcome),
    )
    assert.deepEqual(sorted(taken), inOrder(50))
  }
  const { sides } = cluster(written(50), { mode: 'random', onEnd: 'recycle' }, 3)
  const taken: number[] = []
  await Promise.all(sides.map(({ rows }) => drain(rows, 2, taken, 500)))
  assert.deepEqual(sorted([...new Set(taken)]), inOrder(50))
})

test('a mistake deep in a large file ends the run for all, with the same words', async () => {
  const file = written(400_000, '1,2\n')
  const { sides } = cluster(file, { mode: 'unique' }, 3)
  const taken: number[] = []
  const ends = (await Promise.all(sides.map(({ rows }) => drain(rows, 2, taken)))).flat()
  assert.equal(ends.length, 6)
  assert.deepEqual(new Set(ends.map(({ message }) => message)).size, 1)
  assert.match(ends[0]!.message, new RegExp(`^The feed ${file}:400002 has 2 columns where 1 were expected`))
  assert.deepEqual(new Set(ends.map(({ outcome }) => outcome)), new Set(['broken']))
  assert.equal(new Set(taken).size, taken.length)
  assert.ok(taken.length > 380_000)
})

test('mistakes show on the master before the load, and what was read for that is handed out', async () => {
  const desk = new FeedDesk()
  desks.push(desk)
  setRowSource((spec) => desk.openRows(spec))
  assert.throws(() => feed('nowhere.csv'), { code: 'FEED', message: 'The feed nowhere.csv does not exist' })
  const file = written(400_000)
  feed(file, { mode: 'unique' })
  await prepareFeeds()
  const key = feedKey(feedSpec(file, { mode: 'unique' }, folder))
  const rows = [...(await desk.lease(key, 1_000)), ...(await desk.lease(key, 1_000))] as Row[]
  assert.deepEqual(
    rows.map(({ id }) => Number(id)),
    inOrder(rows.length),
  )
  assert.ok(rows.length > 1_000)
  const bad = written(400_000, '1,2\n')
  feed(bad, { mode: 'random' })
  await assert.rejects(prepareFeeds(), { code: 'FEED', message: new RegExp(`^The feed ${bad}:400002 has 2 columns`) })
})

test('a feed that the master does not have is named, with those it has', async () => {
  const { desk, spec } = cluster(written(3), { mode: 'unique' }, 0)
  const other = { ...spec, shown: 'other.csv' }
  await assert.rejects(desk.lease(feedKey(other), 1), {
    name: 'KatydidError',
    code: 'FEED',
    message: 'The feed other.csv (unique, stop) is not declared in the load file of the master',
    hint: new RegExp(`The master has ${spec.shown} \\(unique, stop\\)$`),
  })
  await assert.rejects(new FeedDesk().lease('no key at all', 1), { code: 'FEED', hint: /The master has no feeds$/ })
  const book = new LeaseBook(async (feed, request, count) =>
    book.answer({ feed, request, rows: [], error: await desk.lease(feed, count).catch((error) => error.message) }),
  )
  const [end] = await drain(new Feed<Row>(other, book.openRows(other) as never), 1, [])
  assert.equal(end?.message, 'The feed other.csv (unique, stop) is not declared in the load file of the master')
  assert.equal(end?.outcome, 'broken')
})

test('a count that is none, or too large, is no harm', async () => {
  const { desk, spec } = cluster(written(10), { mode: 'sequential' }, 0)
  const lengths: number[] = []
  for (const count of [0, -5, Number.NaN, 1.9, 1e12]) lengths.push((await desk.lease(feedKey(spec), count)).length)
  assert.deepEqual(lengths, [1, 1, 1, 1, 1_024])
})

test('late, repeated and foreign answers are none; what else matters makes another key', async () => {
  const requests: [feed: string, request: number, count: number][] = []
  const book = new LeaseBook((...request) => requests.push(request))
  const spec = feedSpec(written(1), { mode: 'unique' }, folder)
  const source = book.openRows(spec)
  const first = source.lease(3)
  const [[key, request]] = requests as [[string, number, number]]
  assert.deepEqual(requests, [[feedKey(spec), request, 3]])
  book.answer({ feed: key, request: request + 1, rows: [{ id: 'never asked' }] })
  book.answer({ feed: 'another', request, rows: [{ id: 'another' }] })
  book.answer({ feed: key, request, rows: [{ id: 'right' }], error: undefined })
  book.answer({ feed: key, request, rows: [], error: 'late' })
  assert.deepEqual(await first, [{ id: 'right' }])
  const second = source.lease(1)
  book.answer({ feed: key, request, rows: [{ id: 'repeated' }] })
  book.answer({ feed: key, request: requests[1]![1], rows: [] })
  assert.deepEqual(await second, [])
  const third = source.lease(1)
  book.answer({ feed: key, request: requests[2]![1], rows: [], error: 'The feed is gone' })
  await assert.rejects(third, { code: 'FEED', message: 'The feed is gone' })

  assert.equal(feedKey({ ...spec, file: '/elsewhere' }), key)
  for (const other of [
    { shown: 'x.csv' },
    { format: 'jsonl' },
    { delimiter: ';' },
    { mode: 'random' },
    { onEnd: 'fail' },
  ] as const)
    assert.notEqual(feedKey({ ...spec, ...other }), key)
})
