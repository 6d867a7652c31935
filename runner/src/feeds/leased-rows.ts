import { KatydidError } from '../errors.ts'
import { feedKey } from './feed-key.ts'
import type { FeedSpec, RowSource } from './row-source.ts'

export interface LeaseAnswer {
  feed: string
  request: number
  rows: readonly unknown[]
  error?: string | undefined
  /** How many rows all workers have got, where there are no more. */
  given?: number | undefined
}

interface Open {
  feed: string
  resolve(rows: readonly unknown[]): void
  reject(error: unknown): void
}

/** A worker's feeds: their rows come from the master, block by block. */
export class LeaseBook {
  readonly #request: (feed: string, request: number, count: number) => void
  readonly #open = new Map<number, Open>()
  readonly #given = new Map<string, number>()
  #requests = 0

  constructor(request: (feed: string, request: number, count: number) => void) {
    this.#request = request
  }

  openRows(spec: FeedSpec): RowSource {
    const key = feedKey(spec)
    const all = this.#given
    return {
      get given() {
        return all.get(key)
      },
      // rows that lie here unused are no loss where they come again, and are not promised to be one user's
      readAhead: spec.onEnd === 'recycle' && spec.mode !== 'unique' ? 'in use' : 'in haste',
      lease: (count) => this.#lease(key, count),
      close: async () => {},
    }
  }

  /** Rows from the master; an answer to what was not asked, or was answered, is none. */
  answer({ feed, request, rows, error, given }: LeaseAnswer): void {
    const open = this.#open.get(request)
    if (open?.feed !== feed) return
    this.#open.delete(request)
    if (given !== undefined) this.#given.set(feed, given)
    if (error !== undefined && error !== null) open.reject(new KatydidError('FEED', error))
    else open.resolve(rows)
  }

  #lease(feed: string, count: number): Promise<readonly unknown[]> {
    const request = ++this.#requests
    return new Promise((resolve, reject) => {
      this.#open.set(request, { feed, resolve, reject })
      this.#request(feed, request, count)
    })
  }
}
