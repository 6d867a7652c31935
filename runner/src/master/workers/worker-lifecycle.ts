import type { WorkerState } from '../../transport/messages.ts'

/**
 * What a worker is to its master.
 *
 * - `ready`, `spawning`, `running`: it is there and takes orders.
 * - `stopped`: it is there, its users are gone and its last report has come.
 * - `missing`: it is silent, or its process has just gone. It may be heard again.
 * - `left`: its process has ended. Nothing more comes from it.
 * - `lost`: the same, while the run still needed it.
 */
export type LifecycleState = 'ready' | 'spawning' | 'running' | 'stopped' | 'missing' | 'left' | 'lost'

/** What may happen to a worker: the first three are its own messages, the others are what the master sees. */
export type LifecycleEvent = 'spawning' | 'spawned' | 'drained' | 'silent' | 'heard' | 'left' | 'lost'

type Transitions = Readonly<Partial<Record<LifecycleEvent, LifecycleState | 'resume'>>>

/** Messages that were on their way when the worker ended change nothing. */
const late = (state: LifecycleState): Transitions => ({ spawning: state, spawned: state, drained: state })
const active: Transitions = {
  ...{ spawning: 'spawning', spawned: 'running', drained: 'stopped' },
  ...{ silent: 'missing', left: 'left', lost: 'lost' },
}

/** Which state follows, by state and event. What is not listed must not happen. */
const transitions: Readonly<Record<LifecycleState, Transitions>> = {
  ready: active,
  spawning: active,
  running: active,
  stopped: { ...late('stopped'), silent: 'missing', left: 'left', lost: 'lost' },
  // any message of a missing worker first says that it is heard
  missing: { heard: 'resume', left: 'left', lost: 'lost' },
  // a worker says that it leaves, and then its connection ends
  left: { ...late('left'), left: 'left' },
  lost: { ...late('lost'), left: 'lost', lost: 'lost' },
}

/** The state machine of one worker: the only place that changes its state. */
export class WorkerLifecycle {
  #state: LifecycleState = 'ready'
  /** Where a missing worker goes on when it is heard again. */
  #resume: 'ready' | 'stopped' = 'ready'

  get state(): LifecycleState {
    return this.#state
  }

  /** @throws Error where the event cannot happen in this state: that is a mistake in the master */
  on(event: LifecycleEvent): void {
    const next = transitions[this.#state][event]
    if (next === undefined) throw new Error(`a worker that is ${this.#state} cannot get the event ${event}`)
    if (next === 'missing') this.#resume = this.#state === 'stopped' ? 'stopped' : 'ready'
    this.#state = next === 'resume' ? this.#resume : next
  }

  /** It is there, as far as the master knows. */
  get isPresent(): boolean {
    return this.#state !== 'missing' && !this.isGone
  }

  /** Its process has ended. */
  get isGone(): boolean {
    return this.#state === 'left' || this.#state === 'lost'
  }

  /** Its users are gone and its last report has come, also where it fell silent afterwards. */
  get isDrained(): boolean {
    return this.#state === 'stopped' || (this.#state === 'missing' && this.#resume === 'stopped')
  }

  /** The state in Locust's words, which reports and the API use. */
  get reported(): WorkerState {
    if (this.#state === 'left') return 'stopped'
    return this.#state === 'lost' ? 'missing' : this.#state
  }
}
