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

/** How workers come into a run and leave it: each is told once that it has begun, and at the end that it is over. */
export class RunStarter {
  readonly #options: RunStarterOptions
  #setupData: unknown
  #startedAtEpochMs = 0
  #quit: Extract<ToWorker, { type: 'quit' }> = { type: 'quit' }

  constructor(options: RunStarterOptions) {
    this.#options = options
  }

  /** The run begins at that moment, for those who are there and those who come while it is on. */
  startRun(setupData: unknown, startedAtEpochMs: number): void {
    const { course, roster } = this.#options
    this.#setupData = setupData
    this.#startedAtEpochMs = startedAtEpochMs
    course.begin()
    for (const worker of roster.available) this.#start(worker)
  }

  /** A worker is ready. One that comes when the load is over has nothing to do. */
  workerReady(worker: WorkerRecord): void {
    const { course } = this.#options
    if (course.isLoadOver) worker.link.send(this.#quit)
    else if (course.hasBegun) this.#start(worker)
  }

  /** A worker that was silent is heard again: it may have been so when the run began, and what it measures before it is told of that is lost. */
  workerBack(worker: WorkerRecord): void {
    if (!worker.started && worker.classes.length > 0) this.workerReady(worker)
  }

  /** Of the workers of this run none is to be tried again. */
  refuseReplacements(): void {
    this.#quit = { type: 'quit', exitCode: 3 }
  }

  quitAll(): void {
    this.#options.roster.sendAlsoToMissing(this.#quit)
  }

  #start(worker: WorkerRecord): void {
    const start = { type: 'start', startedAtEpochMs: this.#startedAtEpochMs, setupData: this.#setupData } as const
    worker.start(start, this.#options.clock.elapsedMs)
  }
}

/** `setup()`'s result as workers would get it: only what JSON can say. */
export function plainData(data: unknown): unknown {
  if (data === undefined) return undefined
  try {
    return JSON.parse(JSON.stringify(data))
  } catch (error) {
    throw new Error(`setup() returned something that is not JSON: ${error instanceof Error ? error.message : error}`)
  }
}
