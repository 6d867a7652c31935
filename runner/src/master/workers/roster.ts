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

  /** Something happened that may change which worker runs what. */
  changed(): void {
    this.#changes++
  }

  /** Rises with everything that may change which worker runs what. */
  get changes(): number {
    return this.#changes
  }

  get workers(): readonly WorkerRecord[] {
    return this.#workers
  }

  /** The workers that are there. */
  get present(): WorkerRecord[] {
    return this.#workers.filter((worker) => worker.isPresent)
  }

  /** Those of them that can get users: they have said which classes they can run. */
  get available(): WorkerRecord[] {
    return this.#workers.filter((worker) => worker.isPresent && worker.classes.length > 0)
  }

  /** All workers that can run users, now or when they are heard again. */
  get registered(): WorkerRecord[] {
    return this.#workers.filter((worker) => !worker.isGone && worker.classes.length > 0)
  }

  /** The longest known round trip to a worker that is there. */
  get roundTripMs(): number {
    return Math.max(0, ...this.present.map(({ roundTripMs }) => roundTripMs))
  }

  send(message: ToWorker): void {
    for (const worker of this.present) worker.link.send(message)
  }

  /** Sends to missing workers too: one that comes back must know it. */
  sendAlsoToMissing(message: ToWorker): void {
    for (const worker of this.#workers) if (!worker.isGone) worker.link.send(message)
  }
}
