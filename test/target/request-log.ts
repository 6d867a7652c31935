/** One request, as the target saw it. Times are epoch ms with fractions. */
export interface ServedRequest {
  method: string
  path: string
  arrivedAt: number
  /** From the request's head to the answer's last byte handed to the system: what a client's latency is compared with. */
  serviceMs: number
  /** What a `/delay` was told to sleep. */
  sleptMs?: number
}

export interface TargetCounts {
  /** Requests whose head arrived, whatever became of them. */
  total: number
  /** By `METHOD /path`, without the query. */
  byPath: Record<string, number>
  /** Answered to the last byte. */
  answered: number
  /** The connection went before the answer did: given up by the client, or by a fault of ours. */
  cutOff: number
  connections: number
  /** What came in and was not HTTP. */
  malformed: number
  /** Arrivals by 100 ms of the clock: `counts[0]` starts at `fromMs` (epoch). */
  bins: { fromMs: number; widthMs: number; counts: number[] }
  /** When the target was frozen, epoch ms. */
  freezes: { fromMs: number; untilMs: number }[]
}

export const binWidthMs = 100
const maxPaths = 10_000

export function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

/** Counts by itself, in its own process, so that a report can be held against it. */
export class RequestLog {
  readonly freezes: { fromMs: number; untilMs: number }[] = []
  readonly served: ServedRequest[] = []
  connections = 0
  malformed = 0
  #total = 0
  #answered = 0
  #cutOff = 0
  #byPath = new Map<string, number>()
  #bins = new Map<number, number>()

  arrived(method: string, path: string, at: number): void {
    this.#total++
    const key = this.#byPath.size < maxPaths ? `${method} ${path}` : '(other)'
    this.#byPath.set(key, (this.#byPath.get(key) ?? 0) + 1)
    const bin = Math.floor(at / binWidthMs)
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1)
  }

  answered(request: ServedRequest): void {
    this.#answered++
    this.served.push(request)
  }

  cutOff(): void {
    this.#cutOff++
  }

  toData(): TargetCounts {
    const ids = [...this.#bins.keys()]
    const first = Math.min(...ids)
    const length = ids.length > 0 ? Math.max(...ids) - first + 1 : 0
    return {
      total: this.#total,
      byPath: Object.fromEntries(this.#byPath),
      answered: this.#answered,
      cutOff: this.#cutOff,
      connections: this.connections,
      malformed: this.malformed,
      bins: {
        fromMs: length > 0 ? first * binWidthMs : 0,
        widthMs: binWidthMs,
        counts: Array.from({ length }, (_, index) => this.#bins.get(first + index) ?? 0),
      },
      freezes: this.freezes,
    }
  }
}
