import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How many requests may wait behind one under way on the same connection. */
const mostInTurn = 32

/** What a connection does. Earlier ones in this list make room first. */
const stages = ['new', 'idle', 'waiting', 'answering'] as const
type Stage = (typeof stages)[number]

interface Connection {
  readonly socket: Socket
  /** The client's address. */
  readonly address: string
  stage: Stage
  /** Since when it does that. */
  since: number
  /** Ends the wait that is under way. */
  endWait: (() => void) | undefined
  readonly turns: { response: ServerResponse; answer: () => void }[]
}

/**
 * Limits the connections of an HTTP server, and sends one answer at a time on each, so that a slow reader costs one answer. A new connection is
 * always let in. Another one of the address that has the most makes room: first one that has asked nothing, then an idle one, then one that waits,
 * then one that reads its answer, each time the one that has done so for longest.
 */
export class Connections {
  readonly #most: number
  readonly #onCrowd: () => void
  readonly #open = new Map<Socket, Connection>()

  /** `onCrowd`: called once, when there are more than `most` connections. */
  constructor(server: Server, most: number, onCrowd: () => void) {
    this.#most = most
    this.#onCrowd = once(onCrowd)
    // closing a connection takes a moment; beyond this the system's queue holds new ones back
    server.maxConnections = most * 2
    server.on('connection', (socket) => this.#admit(socket))
  }

  /** Calls `answer` when all earlier requests of the same connection are answered. */
  inTurn(response: ServerResponse, answer: () => void): void {
    const connection = this.#open.get(response.req.socket)
    if (!connection) {
      response.destroy()
      return
    }
    if (connection.turns.length >= mostInTurn) {
      connection.socket.destroy()
      return
    }
    connection.turns.push({ response, answer })
    response.once('close', () => this.#next(connection))
    if (connection.turns.length === 1) this.#begin(connection)
  }

  /** Its request waits. `end` is called if it has to make room. Call the returned function when it waits no longer. */
  waiting(response: ServerResponse, end: () => void): () => void {
    const connection = this.#open.get(response.req.socket)
    if (!connection) return () => {}
    enter(connection, 'waiting')
    connection.endWait = end
    return () => {
      connection.endWait = undefined
      enter(connection, 'answering')
    }
  }

  #admit(socket: Socket): void {
    const address = socket.remoteAddress ?? ''
    const newcomer: Connection = { socket, address, stage: 'new', since: 0, endWait: undefined, turns: [] }
    enter(newcomer, 'new')
    this.#open.set(socket, newcomer)
    socket.once('close', () => this.#open.delete(socket))
    if (this.#open.size <= this.#most) return
    this.#onCrowd()
    const [first] = this.#crowd(newcomer)
    if (first) this.#dismiss(first)
  }

  /** The connections of the address that has the most, in the order in which they make room. */
  #crowd(newcomer: Connection): Connection[] {
    const byAddress = new Map<string, Connection[]>()
    for (const connection of this.#open.values()) {
      if (connection === newcomer) continue
      const those = byAddress.get(connection.address)
      if (those) those.push(connection)
      else byAddress.set(connection.address, [connection])
    }
    const [crowd = []] = [...byAddress.values()].sort((a, b) => b.length - a.length)
    return crowd.sort((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage) || a.since - b.since)
  }

  #dismiss(connection: Connection): void {
    this.#open.delete(connection.socket)
    const [turn] = connection.turns
    if (!connection.endWait || !turn) {
      connection.socket.destroy()
      return
    }
    // it gets the run's progress and may ask again
    turn.response.shouldKeepAlive = false
    connection.endWait()
  }

  #begin(connection: Connection): void {
    enter(connection, 'answering')
    connection.turns[0]?.answer()
  }

  #next(connection: Connection): void {
    connection.turns.shift()
    if (connection.turns.length > 0 && !connection.socket.destroyed) this.#begin(connection)
    else enter(connection, 'idle')
  }
}

function enter(connection: Connection, stage: Stage): void {
  connection.stage = stage
  connection.since = performance.now()
}

function once(call: () => void): () => void {
  let called = false
  return () => {
    if (!called) call()
    called = true
  }
}
