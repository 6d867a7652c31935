import type { WorkerReport } from '../outputs/output.ts'
import type { HealthSample } from '../stats/snapshot.ts'
import type { Link } from '../transport/link.ts'
import type { ToMaster, ToWorker, WorkerState } from '../transport/messages.ts'
import type { UserClassInfo } from '../users/spread.ts'

/** A worker, as the master knows it. */
export class Member {
  readonly id: string
  readonly index: number
  readonly link: Link<ToWorker, ToMaster>
  state: WorkerState = 'ready'
  classes: UserClassInfo[] = []
  /** What it was last told, and what it last said it runs. */
  asked: Record<string, number> = {}
  running: Record<string, number> = {}
  stopped = false
  /** Every user it was asked for has ended by itself. */
  exhausted = false
  missingSeconds = 0
  #cpuPercentMax = 0
  #rssBytesMax = 0

  constructor(id: string, index: number, link: Link<ToWorker, ToMaster>) {
    this.id = id
    this.index = index
    this.link = link
  }

  sawHealth(health: HealthSample): void {
    this.#cpuPercentMax = Math.max(this.#cpuPercentMax, health.cpuPercent)
    this.#rssBytesMax = Math.max(this.#rssBytesMax, health.rssBytes)
  }

  report(): WorkerReport {
    return {
      id: this.id,
      state: this.state,
      users: Object.values(this.running).reduce((sum, users) => sum + users, 0),
      cpuPercentMax: this.#cpuPercentMax,
      rssBytesMax: this.#rssBytesMax,
      missingSeconds: this.missingSeconds,
    }
  }
}

/** The workers of a run, in the order they joined. */
export class Roster {
  readonly #members: Member[] = []

  add(id: string, link: Link<ToWorker, ToMaster>): Member {
    const member = new Member(id, this.#members.length, link)
    this.#members.push(member)
    return member
  }

  get members(): readonly Member[] {
    return this.#members
  }

  /** Those that take orders. */
  get active(): Member[] {
    return this.#members.filter((member) => member.state !== 'missing' && member.state !== 'stopped')
  }

  send(message: ToWorker): void {
    for (const member of this.active) member.link.send(message)
  }
}
