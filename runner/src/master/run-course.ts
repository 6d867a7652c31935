import type { RunClock } from '../stats/run-clock.ts'

/**
 * How far a run has come: waiting for workers, then begun, then its load over, then all over. One that nobody came to never begins, and ends as others
 * do.
 */
export class RunCourse {
  readonly #clock: RunClock
  #begun = false
  #loadEndMs: number | undefined
  #over = false

  constructor(clock: RunClock) {
    this.#clock = clock
  }

  begin(): void {
    this.#begun = true
  }

  endLoad(): void {
    this.#loadEndMs = this.#clock.elapsedMs
  }

  /** The verdict is being made: what is measured from now on is in no report. */
  end(): void {
    this.#over = true
  }

  get hasBegun(): boolean {
    return this.#begun
  }

  /** It has not begun, and still may. */
  get isWaitingForWorkers(): boolean {
    return !this.#begun && !this.isLoadOver
  }

  /** It has begun, and is not over: who is not there is missed. */
  get isRunning(): boolean {
    return this.#begun && !this.#over
  }

  /** The load is over, or never was. */
  get isLoadOver(): boolean {
    return this.#loadEndMs !== undefined
  }

  get isOver(): boolean {
    return this.#over
  }

  /** ms of the run, until its load is over: nobody misses anything later. */
  get loadMs(): number {
    return this.#loadEndMs ?? this.#clock.elapsedMs
  }
}
