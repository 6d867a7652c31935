import type { RunClock } from '../stats/run-clock.ts'
import type { ToWorker } from '../transport/messages.ts'
import type { RunCourse } from './run-course.ts'
import type { Member, Roster } from './workers/roster.ts'

export interface AdmissionOptions {
  clock: RunClock
  course: RunCourse
  roster: Roster
}

/** How workers come into a run and leave it: each is told once that it has begun, and at the end that it is over. */
export class Admission {
  readonly #options: AdmissionOptions
  #setupData: unknown
  #startedAtEpochMs = 0
  #quit: Extract<ToWorker, { type: 'quit' }> = { type: 'quit' }

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /** The run begins at that moment, for those who are there and those who come while it is on. */
  open(setupData: unknown, startedAtEpochMs: number): void {
    const { course, roster } = this.#options
    this.#setupData = setupData
    this.#startedAtEpochMs = startedAtEpochMs
    course.begin()
    for (const member of roster.takers) this.#start(member)
  }

  /** A worker is ready. One that comes when the load is over has nothing to do. */
  welcome(member: Member): void {
    const { course } = this.#options
    if (course.isLoadOver) member.link.send(this.#quit)
    else if (course.hasBegun) this.#start(member)
  }

  /** A worker that was silent is heard again: it may have been so when the run began, and what it measures before it is told of that is lost. */
  welcomeBack(member: Member): void {
    if (!member.started && member.classes.length > 0) this.welcome(member)
  }

  /** Of the workers of this run none is to be tried again. */
  denyOthers(): void {
    this.#quit = { type: 'quit', exitCode: 3 }
  }

  dismiss(): void {
    this.#options.roster.sendAlsoToMissing(this.#quit)
  }

  #start(member: Member): void {
    const start = { type: 'start', startedAtEpochMs: this.#startedAtEpochMs, setupData: this.#setupData } as const
    member.start(start, this.#options.clock.elapsedMs)
  }
}
