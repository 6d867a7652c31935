import type { UserClassInfo } from '../../profile/class-sequence.ts'
import { ClassSequence } from '../../profile/class-sequence.ts'
import { hostOf } from '../../transport/node-id.ts'

type Users = Record<string, number>

/**
 * Which users run on which worker, exactly as Locust spreads them (dispatch.py). Each user goes to the next worker in turn, and workers are ordered
 * so that neighbours are on different hosts. Classes with a fixed count come first, then the others by weight. The last user added is the first
 * removed, and adding goes on where it stopped, so the same total may be spread differently after ups and downs. A change costs only what changes.
 */
export class UserSpread {
  readonly #classes: readonly UserClassInfo[]
  readonly #inTurn: readonly Users[]
  readonly #shares: ReadonlyMap<string, Users>
  readonly #total: Users
  /** Every user in the order it was added: its worker and its class. */
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

  /** Sets the total. There are fewer where there is no worker, or where fixed counts leave no class for more. */
  resize(total: number): void {
    while (this.#users.length > Math.max(0, total)) this.#remove()
    while (this.#users.length < total) if (!this.#add()) return
  }

  /** Users by class for each worker. Read it before the next `resize`. */
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

  /** Once some users of fixed counts are missing, all of these are added before anything is checked again, as in Locust. */
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

/** By their number on the host, then by id. The host is what comes before the first `_`. */
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
