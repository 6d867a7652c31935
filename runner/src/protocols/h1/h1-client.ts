import type { Engine, Transfer } from '../engine.ts'
import { type ConnectionOwner, H1Connection } from './h1-connection.ts'
import { H1Error } from './h1-error.ts'
import type { H1Target } from './h1-target.ts'

/**
 * HTTP/1.1 to one origin over at most `maxConnections`, each with one request at a time (no pipelining, as browsers). A user has one of
 * its own, or all users of a worker share one.
 */
export class H1Client implements Engine, ConnectionOwner {
  readonly #target: H1Target
  readonly #maxConnections: number
  /** The usual user never has a second connection, and there are 50,000 of them. */
  #first: H1Connection | undefined
  #others: Set<H1Connection> | undefined
  #idle: H1Connection[] | undefined
  /** In their order; a set, since a task that never awaits may cancel thousands of them. */
  #waiting: Set<Transfer> | undefined
  #destroyed = false

  constructor(target: H1Target, maxConnections: number) {
    this.#target = target
    this.#maxConnections = maxConnections
  }

  get connections(): number {
    return (this.#first ? 1 : 0) + (this.#others?.size ?? 0)
  }

  dispatch(transfer: Transfer): void {
    const connection = this.#destroyed ? undefined : this.#free(transfer.leavesAt)
    if (this.#destroyed) transfer.onError(ended())
    else if (connection) connection.start(transfer)
    else if (this.connections >= this.#maxConnections) (this.#waiting ??= new Set()).add(transfer)
    else this.#open(transfer)
  }

  cancel(transfer: Transfer): boolean {
    return this.#waiting?.delete(transfer) ?? false
  }

  closeIdle(): void {
    if (this.#first?.free) this.#first.destroy()
    const idle = this.#idle ?? []
    this.#idle = undefined
    for (const connection of idle) connection.destroy()
  }

  destroy(): void {
    this.#destroyed = true
    const waiting = [...(this.#waiting ?? [])]
    this.#waiting = undefined
    this.#first?.destroy()
    for (const connection of [...(this.#others ?? [])]) connection.destroy()
    for (const transfer of waiting) transfer.onError(ended())
  }

  idle(connection: H1Connection): void {
    const next = this.#nextWaiting()
    // not at once: the answer that freed the connection has not been told yet
    if (next) queueMicrotask(() => this.dispatch(next))
    if (connection !== this.#first) (this.#idle ??= []).push(connection)
  }

  gone(connection: H1Connection, again?: Transfer): void {
    if (connection === this.#first) this.#first = undefined
    else {
      this.#others?.delete(connection)
      const at = this.#idle?.indexOf(connection) ?? -1
      if (at !== -1) this.#idle!.splice(at, 1)
    }
    if (again) {
      // not by another idle connection: the target may be closing all of them
      if (this.#destroyed) again.onError(ended())
      else this.#open(again)
      return
    }
    const next = this.#nextWaiting()
    if (next) this.dispatch(next)
  }

  #nextWaiting(): Transfer | undefined {
    const next = this.#waiting?.values().next().value
    if (next) this.#waiting?.delete(next)
    return next
  }

  #open(transfer: Transfer): void {
    const connection = new H1Connection(this.#target, this)
    if (this.#first) (this.#others ??= new Set()).add(connection)
    else this.#first = connection
    connection.start(transfer)
    connection.connect()
  }

  /** An idle connection that the target will not have closed by the time the request arrives. */
  #free(now: number): H1Connection | undefined {
    const first = this.#first
    if (first?.free) {
      if (first.fresh(now)) return first
      first.destroy()
    }
    for (let connection = this.#idle?.pop(); connection; connection = this.#idle?.pop()) {
      if (connection.fresh(now)) return connection
      connection.destroy()
    }
    return undefined
  }
}

function ended(): H1Error {
  return new H1Error('CONNECTION_CLOSED', 'the user stopped')
}
