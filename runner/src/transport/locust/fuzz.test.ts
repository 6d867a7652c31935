import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { Packr } from 'msgpackr'
import type { HistogramData } from '../../stats/snapshot.ts'
import { BadFrame, decodeFrame } from './decode.ts'
import { fromLocustStats } from './stats-reading.ts'

const file = new URL('../../../../test/fixtures/locust-capture.jsonl', import.meta.url)
const captured: Buffer[] = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .filter(({ kind }) => kind === 'message')
  .map(({ hex }) => Buffer.from(hex, 'hex'))
const reports = captured.map((bytes) => decodeFrame(bytes)).filter(({ type }) => type === 'stats')

/** A frame with some bytes changed, and maybe an end or a middle cut out. */
const mutated = fc
  .record({
    frame: fc.constantFrom(...captured),
    changes: fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 4 }),
    cut: fc.option(fc.record({ from: fc.nat(), length: fc.nat(20) })),
    more: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 4 })),
  })
  .map(({ frame, changes, cut, more }) => {
    const bytes = Buffer.from(frame)
    for (const { at, byte } of changes) bytes[at % bytes.length] = byte
    const from = cut ? cut.from % bytes.length : bytes.length
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + (cut?.length ?? 0)), more])
  })

/** msgpackr writes what Locust does not: extension types, records, cycles. */
const strange = new Packr({ useRecords: true, structuredClone: true, moreTypes: true })
const packed = fc
  .tuple(fc.string(), fc.anything({ withDate: true, withMap: true, withSet: true, withBigInt: true }), fc.anything())
  .map((frame) => {
    try {
      return strange.pack(frame)
    } catch {
      return Buffer.from([0x92, 0xa1, 0x78, 0xc0]) // it does not pack everything
    }
  })

/** Marks of MessagePack are likelier than chance has them. */
const marks = fc
  .array(fc.oneof(fc.nat(255), fc.integer({ min: 0xc0, max: 0xdf }), fc.integer({ min: 0x80, max: 0xa4 })), {
    maxLength: 60,
  })
  .map((bytes) => Uint8Array.from([0x93, 0xa1, 0x78, ...bytes]))

function assertHistogram({ count, sum, min, max, buckets }: HistogramData): void {
  for (const value of [count, sum, min, max]) assert.ok(Number.isFinite(value) && value >= 0)
  assert.ok(min <= max && Number.isInteger(count))
  const counts = buckets.filter((_, i) => i % 2)
  if (buckets.length > 0)
    assert.equal(
      counts.reduce((all, each) => all + each),
      count,
    )
  assert.ok(counts.every((each) => Number.isInteger(each) && each > 0))
  const ids = buckets.filter((_, i) => i % 2 === 0)
  assert.ok(ids.every((id, i) => i === 0 || id > (ids[i - 1] as number)))
  assert.ok(sum <= count * max * 1.000001 && sum >= count * min * 0.999999, `${sum} of ${count} in ${min}…${max}`)
}

function assertReport(data: unknown): void {
  const report = fromLocustStats(data)
  if (!report) return
  for (const { ok, failed, bytes, method, name } of report.stats.requests) {
    assert.ok(ok.count + failed.count > 0 && bytes >= 0)
    assert.deepEqual([typeof method, typeof name], ['string', 'string'])
    for (const part of [ok, failed]) if (part.buckets.length > 0) assertHistogram(part)
  }
  for (const { occurrences, firstSeen, lastSeen } of report.stats.errors)
    assert.ok(occurrences > 0 && firstSeen <= lastSeen && Number.isFinite(lastSeen))
  for (const count of Object.values(report.users)) assert.ok(Number.isSafeInteger(count) && count >= 0)
}

test('a frame of any bytes is read or is bad, and its data as a report is read or none', () => {
  let read = 0
  let bad = 0
  fc.assert(
    fc.property(fc.oneof({ weight: 3, arbitrary: mutated }, packed, marks, fc.uint8Array()), (bytes) => {
      try {
        const { type, nodeId, data } = decodeFrame(bytes)
        assert.deepEqual([typeof type, typeof nodeId], ['string', 'string'])
        read++
        assertReport(data)
      } catch (error) {
        if (!(error instanceof BadFrame)) throw error
        bad++
      }
    }),
    { numRuns: 4_000 },
  )
  assert.ok(read > 200 && bad > 200, `${read} read, ${bad} bad`)
  assert.equal(Object.keys(Object.prototype).length, 0)
})

const figure = fc.oneof(fc.double(), fc.integer(), fc.nat(100), fc.anything(), fc.constantFrom(2 ** 26, 1e15, 0, -1))
const times = fc.dictionary(fc.oneof(fc.nat(200_000).map(String), fc.string()), figure)
const row = fc.record(
  {
    name: fc.oneof(fc.string(), fc.anything()),
    method: fc.oneof(fc.string(), fc.anything()),
    num_requests: figure,
    num_none_requests: figure,
    num_failures: figure,
    total_response_time: figure,
    max_response_time: figure,
    min_response_time: figure,
    total_content_length: figure,
    response_times: fc.oneof(times, fc.anything()),
  },
  { requiredKeys: ['name'] },
)
const report = fc.record(
  {
    stats: fc.oneof(fc.array(row), fc.anything()),
    errors: fc.oneof(fc.dictionary(fc.string(), fc.record({ error: fc.string(), occurrences: figure })), fc.anything()),
    user_classes_count: fc.oneof(fc.dictionary(fc.string(), figure), fc.anything()),
  },
  { requiredKeys: [] },
)

test('a report with anything in the place of anything is read, and makes sense', () => {
  for (const { data } of reports) assertReport(data)
  fc.assert(fc.property(fc.oneof(report, fc.anything()), assertReport), { numRuns: 2_000 })
})
