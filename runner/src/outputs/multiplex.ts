import { messageOf } from '../errors.ts'
import type { RunFinish, RunStart } from '../facts/run.ts'
import type { EventKind, RunEvent } from '../facts/run-event.ts'
import type { Verdict } from '../facts/verdict.ts'
import type { RunInterval } from '../stats/snapshot.ts'
import type { Output } from './output.ts'
import { OutputQueue } from './output-queue.ts'

export interface MultiplexerOptions {
  log: { error(message: string): void; warn(message: string): void }
  /** Where `output_failed` and `output_lagging` are told: the run's own events. */
  onEvent(kind: EventKind, text: string): void
  /** The verdict stands: files tell it, and the others are about to. */
  onVerdict?(verdict: Verdict): void
  /** Seconds of a run that a slow output may be behind. */
  limit?: number
  /** How long outputs may take to finish. */
  finishMs?: number
}

/**
 * All outputs as one. None of them can stop the run, hold it up or hurt another: each has its own bounded queue, and what it throws
 * is reported once. After that it hears only of the end, so that it can put back what it holds.
 */
export class Multiplexer {
  readonly #queues: OutputQueue[]
  readonly #failed = new Map<Output, unknown>()
  /** Outputs that are still taking in the start. */
  readonly #starting = new Set<Output>()
  readonly #options: MultiplexerOptions
  /** The verdict stands: what fails now is not in it. */
  #isSettled = false

  constructor(outputs: readonly Output[], options: MultiplexerOptions) {
    this.#options = options
    this.#queues = outputs.map(
      (output) =>
        new OutputQueue(output, {
          limit: options.limit ?? 60,
          onError: (error) => this.#fail(output, error),
          onDrop: () => this.#lagging(output),
        }),
    )
  }

  /** Outputs that failed, and with what. */
  get failures(): ReadonlyMap<Output, unknown> {
    return this.#failed
  }

  start(run: RunStart): void {
    this.#each(
      () => false,
      (output) => {
        const starting = output.start?.(run)
        if (!(starting instanceof Promise)) return
        this.#starting.add(output)
        return starting.finally(() => this.#starting.delete(output))
      },
    )
  }

  interval(interval: RunInterval): void {
    this.#each(
      () => true,
      (output) => output.interval?.(interval),
    )
  }

  event(event: RunEvent): void {
    // those of before the start come all at once, and there are only so many
    this.#each(
      (output) => !this.#starting.has(output),
      (output) => output.event?.(event),
    )
  }

  /**
   * Files first: one that cannot be written is part of the verdict, and those that were written by then tell the new one. After that the verdict
   * stands, and everybody else is told it. Resolves to it when all are done or their time is over.
   */
  async finish(run: Omit<RunFinish, 'verdict'>, judge: () => Verdict): Promise<Verdict> {
    const files = this.#queues.filter(({ output }) => output.after === undefined)
    let verdict = judge()
    let failed = this.#failed.size
    await this.#finishAll(files, { ...run, verdict })
    while (this.#failed.size > failed) {
      failed = this.#failed.size
      verdict = judge()
      const again = files.filter(({ output }) => output.retell && !this.#failed.has(output))
      await this.#finishAll(again, { ...run, verdict }, true)
    }
    this.#isSettled = true
    this.#options.onVerdict?.(verdict)
    for (const after of ['files', 'all']) {
      const queues = this.#queues.filter(({ output }) => output.after === after)
      await this.#finishAll(queues, { ...run, verdict })
    }
    return verdict
  }

  async #finishAll(queues: readonly OutputQueue[], run: RunFinish, again = false): Promise<void> {
    await Promise.all(queues.map((queue) => this.#finishOne(queue, run, again)))
  }

  #each(droppable: (output: Output) => boolean, call: (output: Output) => void | Promise<void>): void {
    for (const queue of this.#queues) {
      const { output } = queue
      queue.push(() => (this.#failed.has(output) ? undefined : call(output)), droppable(output))
    }
  }

  #finishOne(queue: OutputQueue, run: RunFinish, again: boolean): Promise<void> {
    const { output } = queue
    const over = new AbortController()
    const limitMs = output.finishMs ?? this.#options.finishMs ?? 10_000
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(hurry)
        clearTimeout(giveUp)
        if (queue.dropped > 0)
          this.#options.log.warn(`output ${output.name} was too slow and lost ${queue.dropped} updates`)
        resolve()
      }
      // an output that hangs in an earlier call, or has a backlog, is told of the end all the same
      const hurry = setTimeout(() => queue.hurry(), limitMs / 2)
      const giveUp = setTimeout(() => {
        over.abort()
        this.#fail(output, new Error(`it did not finish within ${limitMs / 1_000} s`))
        done()
      }, limitMs)
      queue.push(async () => {
        try {
          await (again ? output.retell?.(run, over.signal) : output.finish?.(run, over.signal))
        } catch (error) {
          this.#fail(output, error)
        }
        done()
      }, false)
    })
  }

  #fail(output: Output, error: unknown): void {
    if (this.#failed.has(output)) return
    this.#failed.set(output, error)
    const text = `output ${output.name} failed: ${messageOf(error)}`
    this.#options.log.error(
      this.#isSettled ? `${text}. This is too late for the verdict, which is already published` : text,
    )
    if (!this.#isSettled) this.#options.onEvent('output_failed', text)
  }

  #lagging(output: Output): void {
    this.#options.onEvent('output_lagging', `output ${output.name} is too slow for this run and loses updates`)
  }
}
