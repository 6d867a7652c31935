import type { RunClock } from '../stats/run-clock.ts'
import type { StopCommand } from './master-options.ts'

/**
 * How far a run has come: it waits for workers, begins, ends its load, and is over. A run to which no workers came never begins, and ends
 * as others do.
 */
export class RunCourse {
  readonly #clock: RunClock
  #begun = false
  #loadEndMs: number | undefined
  #over = false
  #stopRequest: StopCommand | undefined

  constructor(clock: RunClock) {
    this.#clock = clock
  }

  begin(): void {
    this.#begun = true
  }

  endLoad(): void {
    this.#loadEndMs = this.#clock.elapsedMs
  }

  /** Asks the run to end. The first reason counts, except that an interruption before the load begins always counts. */
  requestStop(command: StopCommand): void {
    if (command.cause === 'interrupted' && !this.#begun) this.#stopRequest = command
    this.#stopRequest ??= command
  }

  /** Why the run was asked to end. */
  get stopRequest(): StopCommand | undefined {
    return this.#stopRequest
  }

  /** The verdict is made now. What is measured from now on is in no report. */
  end(): void {
    this.#over = true
  }

  get hasBegun(): boolean {
    return this.#begun
  }

  /** It has not begun and still may. */
  get isWaitingForWorkers(): boolean {
    return !this.#begun && !this.isLoadOver
  }

  /** It has begun and is not over. A worker that is not there is missed. */
  get isRunning(): boolean {
    return this.#begun && !this.#over
  }

  /** The load is over, or there was none. */
  get isLoadOver(): boolean {
    return this.#loadEndMs !== undefined
  }

  get isOver(): boolean {
    return this.#over
  }

  /** ms of the run, at most until its load was over: nothing is missed later. */
  get loadMs(): number {
    return this.#loadEndMs ?? this.#clock.elapsedMs
  }
}
