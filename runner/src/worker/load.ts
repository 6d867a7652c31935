import type { Runtime } from '../environment/environment.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { ArrivalPool } from '../running/arrival-pool.ts'
import type { PickTask } from '../running/one-pass.ts'
import { UserPool } from '../running/pool.ts'
import type { ArrivalCounts } from '../stats/snapshot.ts'
import type { UserCounts } from '../stats/user-counts.ts'
import type { UserClass } from '../tasks/user.ts'
import type { Target } from '../transport/messages.ts'

export interface LoadOptions {
  plan: RunPlan
  runtime: Runtime
  classes: ReadonlyMap<string, UserClass>
  /** Milliseconds since the run began. */
  runClock: () => number
  /** Chooses tasks in place of their weights, for users. */
  pick?: PickTask | undefined
  /** Every user has ended by itself. */
  onExhausted: () => void
}

/** What a worker runs: users, or arrivals, whichever its orders speak of. */
export class Load {
  readonly #options: LoadOptions
  #users: UserPool | undefined
  #arrivals: ArrivalPool | undefined

  constructor(options: LoadOptions) {
    this.#options = options
  }

  apply({ users, arrivals }: Target): void {
    if (arrivals) {
      this.#arrivals ??= this.#openArrivals()
      this.#arrivals.schedule(arrivals)
    } else {
      this.#users ??= this.#openUsers()
      this.#users.apply(users)
    }
  }

  /** Users start over several turns of the event loop: whether all that were asked for are there. */
  get settled(): boolean {
    return this.#users?.settled ?? true
  }

  counts(): UserCounts {
    return this.#users?.counts() ?? this.#arrivals?.counts() ?? {}
  }

  /** Users that left on purpose and are still asked for. */
  get left(): number {
    return this.#users?.left ?? 0
  }

  /** ms that users have been in `onStart` and will hardly come out of it. */
  unbegunMs(elapsedMs: number): number {
    return this.#users?.unbegunMs(elapsedMs) ?? 0
  }

  /** Since the last call; undefined where no arrivals were ordered. */
  takeArrivals(): ArrivalCounts | undefined {
    return this.#arrivals?.take()
  }

  /** Everybody ends; a later order may begin anew. */
  suspend(): void {
    this.#users?.suspend()
    this.#arrivals?.pause(this.#options.plan.stopTimeout)
  }

  /** Everybody ends, within the plan's stop timeout. */
  async stop(): Promise<void> {
    const { stopTimeout } = this.#options.plan
    await Promise.all([this.#users?.stop(stopTimeout), this.#arrivals?.stop(stopTimeout)])
  }

  #openUsers(): UserPool {
    const { runtime, classes, plan, pick, onExhausted } = this.#options
    return new UserPool({ runtime, classes, pick, stopTimeoutMs: plan.stopTimeout, onExhausted })
  }

  #openArrivals(): ArrivalPool {
    const { runtime, classes, runClock, plan } = this.#options
    const { profile } = plan
    return new ArrivalPool({
      runtime,
      classes,
      runClock,
      poissonSeed: profile.kind === 'arrivals' && profile.distribution === 'poisson' ? 1 : undefined,
    })
  }
}
