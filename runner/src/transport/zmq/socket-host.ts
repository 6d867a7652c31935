import { Worker as Thread } from 'node:worker_threads'
import { Inbox } from '../inbox.ts'
import type { WorkerState } from '../messages.ts'
import type { SessionNews } from '../to-master/worker-session.ts'
import type { ThreadOptions, ThreadOrder } from './socket-thread.ts'

type ThreadNews = SessionNews | { type: 'closed'; pending: number }

/** What the thread takes to end once its socket is closed. */
const exitMs = 2_000
/** The same where the process ends at once. */
const abandonMs = 500

/** A worker's socket and session in a thread of their own, as the main thread sees them. */
export class SocketHost {
  readonly #thread: Thread
  readonly #closed: Promise<number>
  readonly #exited: Promise<void>
  readonly #socketClosed = new Int32Array(new SharedArrayBuffer(4))
  readonly #news = new Inbox<SessionNews>()

  constructor(options: Omit<ThreadOptions, 'closed'>) {
    // built, this file and the thread's are JavaScript
    const file = import.meta.url.endsWith('.ts') ? './socket-thread.ts' : './socket-thread.js'
    this.#thread = new Thread(new URL(file, import.meta.url), {
      workerData: { ...options, closed: this.#socketClosed } satisfies ThreadOptions,
      // it only passes bytes on: an idle worker is not to pay for a nursery as large as the main thread's
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    })
    process.on('exit', this.#abandon)
    this.#exited = new Promise((resolve) =>
      this.#thread.on('exit', () => {
        process.off('exit', this.#abandon)
        resolve()
      }),
    )
    this.#closed = new Promise((resolve) => {
      this.#thread.on('message', (news: ThreadNews) => {
        if (news.type === 'closed') resolve(news.pending)
        else this.#news.take(news)
      })
      this.#thread.on('exit', () => resolve(0))
      this.#thread.on('error', (error) => {
        this.#news.take({ type: 'trouble', text: `the socket's thread failed: ${error.message}` })
        this.#news.take({ type: 'silence', stage: 'leave' })
      })
    })
  }

  /** The one listener; news that came before it are kept for it. */
  listen(tell: (news: SessionNews) => void): void {
    this.#news.receive(tell)
  }

  send(body: Uint8Array): void {
    this.#order({ type: 'send', body }, body)
  }

  sendFrame(bytes: Uint8Array): void {
    const own = new Uint8Array(bytes)
    this.#order({ type: 'frame', bytes: own }, own)
  }

  state(state: WorkerState): void {
    this.#order({ type: 'state', state })
  }

  /** Waits until the master has everything, or for so long; how many messages it does not have. */
  async close(graceMs: number): Promise<number> {
    this.#order({ type: 'close', graceMs })
    const pending = await this.#closed
    // it ends by itself: a thread that is ended from outside takes ZeroMQ with it in an unorderly way
    await Promise.race([this.#exited, new Promise((resolve) => setTimeout(resolve, exitMs).unref())])
    return pending
  }

  /**
   * Whoever ends this process, a second signal or a load file, waits until the socket is closed: a thread that is ended with an open one
   * makes ZeroMQ abort the process.
   */
  readonly #abandon = (): void => {
    this.#order({ type: 'abandon' })
    Atomics.wait(this.#socketClosed, 0, 0, abandonMs)
  }

  #order(order: ThreadOrder, given?: Uint8Array): void {
    this.#thread.postMessage(order, given ? [given.buffer as ArrayBuffer] : [])
  }
}
