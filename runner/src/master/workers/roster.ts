import type { Link } from '../../transport/link.ts'
import type { ToMaster, ToWorker } from '../../transport/messages.ts'
import { type WorkerInfo, WorkerRecord } from './worker-record.ts'

/** The workers of a run, in the order they joined. */
export class Roster {
  readonly #workers: WorkerRecord[] = []
  #changes = 0

  add(id: string, link: Link<ToWorker, ToMaster>, about: Partial<WorkerInfo> = {}): WorkerRecord {
    const before = this.#workers.findLast((one) => one.id === about.replaces && one.isGone)
    const complete = { kind: 'local', index: this.#workers.length, ...about } as const
    const worker = new WorkerRecord(id, link, complete, before?.slot)
    this.#workers.push(worker)
    this.changed()
    return worker
  }

  /** Something happened that may change who should run what. */
  changed(): void {
    this.#changes++
  }

  /** Another number after everything that may change who should run what. */
  get changes(): number {
    return this.#changes
  }

  get workers(): readonly WorkerRecord[] {
    return this.#workers
  }

  /** Those that are there. */
  get present(): WorkerRecord[] {
    return this.#workers.filter((worker) => worker.isPresent)
  }

  /** Those that users can be asked of: they have said what they can run. */
  get available(): WorkerRecord[] {
    return this.#workers.filter((worker) => worker.isPresent && worker.classes.length > 0)
  }

  /** Those that have said what they can run and may do so, now or when they are heard again. */
  get registered(): WorkerRecord[] {
    return this.#workers.filter((worker) => !worker.isGone && worker.classes.length > 0)
  }

  /** How long the slowest way to one of those that are there and back takes, as far as it is known. */
  get roundTripMs(): number {
    return Math.max(0, ...this.present.map(({ roundTripMs }) => roundTripMs))
  }

  send(message: ToWorker): void {
    for (const worker of this.present) worker.link.send(message)
  }

  /** Also to those that are missing: one that comes back must not go on as if nothing had been said. */
  sendAlsoToMissing(message: ToWorker): void {
    for (const worker of this.#workers) if (!worker.isGone) worker.link.send(message)
  }
}
