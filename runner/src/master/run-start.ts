import type { RunClock } from '../stats/run-clock.ts'
import type { ToWorker } from '../transport/messages.ts'
import type { RunCourse } from './run-course.ts'
import type { Roster } from './workers/roster.ts'
import type { WorkerRecord } from './workers/worker-record.ts'

export interface RunStarterOptions {
  clock: RunClock
  course: RunCourse
  roster: Roster
}

/** Starts the run on its workers: tells each of them once that it has begun, and at the end to quit. */
export class RunStarter {
  readonly #options: RunStarterOptions
  #setupData: unknown
  #startedAtEpochMs = 0
  #quit: Extract<ToWorker, { type: 'quit' }> = { type: 'quit' }

  constructor(options: RunStarterOptions) {
    this.#options = options
  }

  /** The run begins at that moment, also for workers that come later. */
  startRun(setupData: unknown, startedAtEpochMs: number): void {
    const { course, roster } = this.#options
    this.#setupData = setupData
    this.#startedAtEpochMs = startedAtEpochMs
    course.begin()
    for (const worker of roster.available) this.#start(worker)
  }

  /** A worker is ready. It is started if the run has begun, and told to quit if the load is over. */
  workerReady(worker: WorkerRecord): void {
    const { course } = this.#options
    if (course.isLoadOver) worker.link.send(this.#quit)
    else if (course.hasBegun) this.#start(worker)
  }

  /** A silent worker is heard again. If it missed the start, it is started now. */
  workerBack(worker: WorkerRecord): void {
    if (!worker.started && worker.classes.length > 0) this.workerReady(worker)
  }

  /** From now on workers quit with exit code 3, so that their Job does not replace them. */
  refuseReplacements(): void {
    this.#quit = { type: 'quit', exitCode: 3 }
  }

  /** Tells all workers to quit. */
  quitAll(): void {
    this.#options.roster.sendAlsoToMissing(this.#quit)
  }

  #start(worker: WorkerRecord): void {
    const start = { type: 'start', startedAtEpochMs: this.#startedAtEpochMs, setupData: this.#setupData } as const
    worker.start(start, this.#options.clock.elapsedMs)
  }
}

/** The result of `setup()` as workers get it: only what JSON can hold. */
export function plainData(data: unknown): unknown {
  if (data === undefined) return undefined
  try {
    return JSON.parse(JSON.stringify(data))
  } catch (error) {
    throw new Error(`setup() returned a value that is not JSON: ${error instanceof Error ? error.message : error}`)
  }
}
