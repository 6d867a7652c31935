import type { UserClassInfo } from '../../profile/class-sequence.ts'
import { ClassSequence } from '../../profile/class-sequence.ts'
import { hostOf } from '../../transport/node-id.ts'

type Users = Record<string, number>

/**
 * Which users run on which worker, exactly as Locust deals them (dispatch.py): each next user to the next worker in turn, workers ordered so that
 * neighbours are on different hosts; classes with a fixed count first, then by weight. The last to come is the first to go, and what comes after
 * that goes on where dealing had stopped: so the same total reached on another way may be spread otherwise. A change costs what it changes.
 */
export class UserSpread {
  readonly #classes: readonly UserClassInfo[]
  readonly #inTurn: readonly Users[]
  readonly #shares: ReadonlyMap<string, Users>
  readonly #total: Users
  /** Every user there is, in order: whose it is, and its class. */
  readonly #users: { of: Users; name: string }[] = []
  #dealt = 0
  readonly #weighted: ClassSequence
  #fixed = new ClassSequence([])
  #fixedLeft = 0
  /** Users of a fixed count may be missing. */
  #fixedUnsure = true

  constructor(classes: readonly UserClassInfo[], workers: readonly string[]) {
    this.#classes = classes
    const order = inTurn(workers)
    const none = (): Users => Object.fromEntries(classes.map(({ name }) => [name, 0]))
    this.#inTurn = order.map(none)
    this.#shares = new Map(order.map((id, i) => [id, this.#inTurn[i] as Users]))
    this.#total = none()
    this.#weighted = new ClassSequence(classes.filter(({ fixedCount }) => fixedCount <= 0))
  }

  /** Fewer than asked for where there is no worker, or fixed counts leave no class for more. */
  resize(total: number): void {
    while (this.#users.length > Math.max(0, total)) this.#remove()
    while (this.#users.length < total) if (!this.#add()) return
  }

  /** Every worker's users of every class; to be read before the next `resize`. */
  shares(): ReadonlyMap<string, Readonly<Users>> {
    return this.#shares
  }

  #add(): boolean {
    const of = this.#inTurn[this.#dealt % this.#inTurn.length]
    const name = of && this.#nextClass()
    if (!of || name === undefined) return false
    this.#dealt++
    this.#users.push({ of, name })
    this.#count(of, name, 1)
    return true
  }

  #remove(): void {
    const { of, name } = this.#users.pop() as { of: Users; name: string }
    this.#count(of, name, -1)
    this.#fixedUnsure = true
  }

  #count(of: Users, name: string, by: number): void {
    of[name] = (of[name] as number) + by
    this.#total[name] = (this.#total[name] as number) + by
  }

  /** What was found missing of fixed counts is dealt to its end before anyone looks again: Locust does, too. */
  #nextClass(): string | undefined {
    if (this.#fixedLeft === 0 && this.#fixedUnsure) {
      this.#fixedUnsure = false
      const missing = this.#classes.map(({ name, fixedCount }) => ({
        name,
        weight: Math.max(0, fixedCount - (this.#total[name] as number)),
      }))
      this.#fixed = new ClassSequence(missing)
      this.#fixedLeft = missing.reduce((sum, { weight }) => sum + weight, 0)
    }
    if (this.#fixedLeft === 0) return this.#weighted.next()
    this.#fixedLeft--
    return this.#fixed.next()
  }
}

/** By their number on their host, then by id: host is what stands before the first `_`. */
function inTurn(workers: readonly string[]): string[] {
  const onHost = new Map<string, number>()
  const numbered = [...workers].sort(byText).map((id) => {
    const host = hostOf(id)
    const number = onHost.get(host) ?? 0
    onHost.set(host, number + 1)
    return { id, number }
  })
  return numbered.sort((a, b) => a.number - b.number || byText(a.id, b.id)).map(({ id }) => id)
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
