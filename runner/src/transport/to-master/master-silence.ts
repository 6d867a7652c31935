export interface SilenceLimits {
  /** The worker stops its users so long after it sent the newest heartbeat that the master has answered. */
  leaseMs: number
  /** The worker leaves after so much silence. */
  leaveMs: number
  /** The same before it has joined. */
  joinMs: number
}

const silenceLimits: SilenceLimits = { leaseMs: 10_000, leaveMs: 60_000, joinMs: 300_000 }

/** Until then a master that does not answer may just not be there yet. */
const complainMs = 20_000

/** The lease has ended, the worker has to leave, or the master answers again. */
export type SilenceStage = 'lease' | 'leave' | 'over'

export interface MasterSilenceOptions {
  limits?: Partial<SilenceLimits> | undefined
  now(): number
  tell(stage: SilenceStage): void
  /** No master has answered yet. */
  complain(text: string): void
}

/** Follows for how long a worker has not heard its master: first its lease ends, then it leaves. */
export class MasterSilence {
  readonly #options: MasterSilenceOptions
  readonly #limits: SilenceLimits
  #heardAt: number
  /**
   * The lease counts from the moment when the newest answered heartbeat was sent. The master counts from the moment when that heartbeat came, which is
   * later on any network, so the users are gone before others get them. A Locust master does not say what it answers; there it counts from when
   * the master was heard.
   */
  #leasedAt: number
  #stage: 'lease' | 'leave' | undefined
  #hasJoined = false
  #complainAfterMs = complainMs

  constructor(options: MasterSilenceOptions) {
    this.#options = options
    this.#limits = { ...silenceLimits, ...options.limits }
    this.#heardAt = this.#leasedAt = options.now()
  }

  joined(): void {
    this.#hasJoined = true
    this.#leasedAt = this.#options.now()
  }

  heard(): void {
    this.#heardAt = this.#options.now()
  }

  /** The master has answered the heartbeat that was sent at that moment. */
  leased(at: number): void {
    this.#leasedAt = Math.max(this.#leasedAt, at)
    const { now, tell } = this.#options
    if (!this.#stage || now() - this.#leasedAt >= this.#limits.leaseMs) return
    this.#stage = undefined
    tell('over')
  }

  /** Call it a few times a second. `shakingSince`: since when a handshake has been under way. */
  watch(now: number, shakingSince: number | undefined): void {
    const silentMs = now - this.#heardAt
    const { leaseMs, leaveMs, joinMs } = this.#limits
    if (!this.#hasJoined && silentMs >= this.#complainAfterMs) {
      this.#complainAfterMs *= 2
      const what =
        shakingSince === undefined ? 'no master has answered' : 'the handshake with the master has not finished'
      const seconds = Math.round((now - (shakingSince ?? this.#heardAt)) / 1_000)
      this.#options.complain(
        `${what} for ${seconds} s: check the address and port of the master, and check that it runs`,
      )
    }
    if (silentMs >= (this.#hasJoined ? leaveMs : joinMs)) this.#reach('leave')
    else if (this.#hasJoined && now - this.#leasedAt >= leaseMs && !this.#stage) this.#reach('lease')
  }

  #reach(stage: 'lease' | 'leave'): void {
    if (this.#stage === stage) return
    this.#stage = stage
    this.#options.tell(stage)
  }
}
