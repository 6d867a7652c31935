import type { RequestDelta } from '../../stats/snapshot.ts'
import { bytesOf, countOf, isMap, msOf, textOf } from './plausible.ts'
import { splitTimes, type Times } from './times-split.ts'

/** Reads one name's row of a Locust report. Undefined if it is empty. */
export function requestOf(entry: unknown): RequestDelta | undefined {
  if (!isMap(entry)) return undefined
  const name = textOf(entry.name)
  const failures = countOf(entry.num_failures)
  // Locust also counts a failure that was logged without its request; here it counts as one request
  const requests = Math.max(countOf(entry.num_requests), failures)
  if (name === undefined || requests === 0) return undefined
  const measured = Math.max(0, requests - countOf(entry.num_none_requests))
  return {
    method: textOf(entry.method) ?? '',
    name,
    ...splitTimes(timesOf(entry, measured), requests, failures),
    aborted: 0,
    hops: 0,
    bytes: bytesOf(entry.total_content_length),
  }
}

function timesOf(entry: Record<string, unknown>, measured: number): Times {
  const said = msOf(entry.total_response_time)
  const samples = samplesOf(entry.response_times)
  // a row without `response_times` still has its mean
  if (samples.length === 0 && said && measured > 0) samples.push([said / measured, measured])
  const [least = 0] = samples[0] ?? []
  const [greatest = 0] = samples.at(-1) ?? []
  const max = msOf(entry.max_response_time) || greatest // 0 means that there is none
  const min = Math.min(msOf(entry.min_response_time) ?? least, max)
  const count = samples.reduce((sum, [, count]) => sum + count, 0)
  const sum = said ?? samples.reduce((sum, [ms, count]) => sum + ms * count, 0)
  return { samples, count, sum: Math.min(count * max, Math.max(count * min, sum)), min, max }
}

/** Ascending. Keys are ints or texts, depending on the peer's language. */
function samplesOf(responseTimes: unknown): [ms: number, count: number][] {
  if (!isMap(responseTimes)) return []
  const samples: [number, number][] = []
  let all = 0
  for (const [key, value] of Object.entries(responseTimes)) {
    const ms = key.trim() === '' ? undefined : msOf(Number(key))
    const count = countOf(value)
    if (ms === undefined || count === 0) continue
    samples.push([ms, count])
    all += count
  }
  return countOf(all) === 0 ? [] : samples.sort(([a], [b]) => a - b)
}
