import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Target } from '../../../test/target/target.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { Meter, type RequestSample, Schedule } from '../stats/meter.ts'
import { Recorder } from '../stats/recorder.ts'
import type { StatsDelta } from '../stats/snapshot.ts'
import type { HttpClient } from './http-client.ts'
import { type HttpOwner, HttpProtocol } from './http-protocol.ts'

export const defaults: RunPlan['http'] = {
  timeout: 60_000,
  connectTimeout: 10_000,
  connections: 'user',
  keepAlive: true,
  http2: false,
  proxy: undefined,
  insecure: false,
  ca: undefined,
  cert: undefined,
  key: undefined,
  maxRedirects: 30,
  maxBodyBytes: 16 * 2 ** 20,
}

export interface Counted {
  requests: number
  failures: number
  aborted: number
  /** Given up without an answer, sent or not. */
  unanswered: number
  hops: number
  retries: number
  bytes: number
  /** `METHOD name: error` to how often. */
  errors: Record<string, number>
  names: string[]
}

/** The protocol with everything it records, as tests ask for it; closed when its test ends. */
export class HttpRun {
  readonly http: HttpProtocol
  readonly samples: RequestSample[] = []
  readonly #recorder = new Recorder()
  readonly #deltas: StatsDelta[] = []

  constructor(t: TestContext, options: Partial<RunPlan['http']> = {}) {
    this.http = new HttpProtocol({ ...defaults, ...options }, new Meter(this.#recorder))
    t.after(() => this.http.close())
  }

  client(host: string | undefined, owner: Partial<HttpOwner> = {}): HttpClient {
    return this.http.client({ host, schedule: new Schedule(), ...owner })
  }

  listen(): void {
    this.http.meter.listener = (sample) => this.samples.push(sample)
  }

  /** What waits for an answer now. */
  waiting(): string[] {
    const found: string[] = []
    this.http.eachWaiting((method, name, startedAt) => {
      assert.ok(startedAt > 0 && startedAt <= this.http.meter.now(), 'it waits since before now')
      found.push(`${method} ${name}`)
    })
    return found
  }

  /** Everything since the beginning. */
  counted(): Counted {
    this.#deltas.push(this.#recorder.take())
    const sum: Counted = {
      requests: 0,
      failures: 0,
      aborted: 0,
      unanswered: 0,
      hops: 0,
      retries: 0,
      bytes: 0,
      errors: {},
      names: [],
    }
    for (const { requests, errors } of this.#deltas) {
      for (const one of requests) {
        sum.requests += one.ok.count + one.failed.count
        sum.failures += one.failed.count
        sum.aborted += one.aborted
        sum.unanswered += one.unanswered?.count ?? 0
        sum.hops += one.hops
        sum.retries += one.retries ?? 0
        sum.bytes += one.bytes
        sum.names.push(`${one.method} ${one.name}`)
      }
      for (const { method, name, error, occurrences } of errors) {
        const key = `${method} ${name}: ${error}`
        sum.errors[key] = (sum.errors[key] ?? 0) + occurrences
      }
    }
    sum.names = [...new Set(sum.names)]
    return sum
  }

  /** What the target counted is what was recorded, to the last one. */
  async assertTruth(target: Target): Promise<Counted> {
    const seen = await target.settled()
    const counted = this.counted()
    const said = counted.requests + counted.aborted + counted.hops
    // of a request that was sent again, the target may have seen the first try or not
    assert.ok(seen.total >= said && seen.total <= said + counted.retries, `${seen.total}: ${JSON.stringify(counted)}`)
    return counted
  }
}
