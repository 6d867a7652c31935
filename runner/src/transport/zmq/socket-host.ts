import { Worker as Thread } from 'node:worker_threads'
import { Inbox } from '../inbox.ts'
import type { WorkerState } from '../messages.ts'
import type { SessionNews } from '../to-master/worker-session.ts'
import type { ThreadOptions, ThreadOrder } from './socket-thread.ts'

type ThreadNews = SessionNews | { type: 'closed'; pending: number }

/** How long the thread may take to end once its socket is closed. */
const exitMs = 2_000
/** The same if the process ends at once. */
const abandonMs = 500

/** A worker's socket and session in a thread of their own, as the main thread sees them. */
export class SocketHost {
  readonly #thread: Thread
  readonly #closed: Promise<number>
  readonly #exited: Promise<void>
  readonly #socketClosed = new Int32Array(new SharedArrayBuffer(4))
  readonly #news = new Inbox<SessionNews>()

  constructor(options: Omit<ThreadOptions, 'closed'>) {
    // in the build, this file and the thread's are JavaScript
    const file = import.meta.url.endsWith('.ts') ? './socket-thread.ts' : './socket-thread.js'
    this.#thread = new Thread(new URL(file, import.meta.url), {
      workerData: { ...options, closed: this.#socketClosed } satisfies ThreadOptions,
      // it only passes bytes on, so it does not need as much memory as the main thread
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

  /** Sets the one listener. Earlier news are kept for it. */
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

  /** Waits until the master has all messages, at most `graceMs`. Resolves to the number of messages that it does not have. */
  async close(graceMs: number): Promise<number> {
    this.#order({ type: 'close', graceMs })
    const pending = await this.#closed
    // it ends by itself: ending a thread from outside does not close ZeroMQ properly
    await Promise.race([this.#exited, new Promise((resolve) => setTimeout(resolve, exitMs).unref())])
    return pending
  }

  /**
   * When this process ends, by a second signal or by a load file, it first waits until the socket is closed: if a thread ends with an open socket,
   * ZeroMQ aborts the process.
   */
  readonly #abandon = (): void => {
    this.#order({ type: 'abandon' })
    Atomics.wait(this.#socketClosed, 0, 0, abandonMs)
  }

  #order(order: ThreadOrder, given?: Uint8Array): void {
    this.#thread.postMessage(order, given ? [given.buffer as ArrayBuffer] : [])
  }
}
