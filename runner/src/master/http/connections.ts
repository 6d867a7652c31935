import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests that came behind one under way, on one connection; who sends more reads nothing. */
const mostInTurn = 32

/** What a connection is at; the first of these makes room first. */
const stages = ['new', 'idle', 'waiting', 'answering'] as const
type Stage = (typeof stages)[number]

interface Connection {
  readonly socket: Socket
  /** Whose it is. */
  readonly address: string
  stage: Stage
  /** Since when it is at that. */
  since: number
  /** Ends a wait that is under way. */
  endWait: (() => void) | undefined
  readonly turns: { response: ServerResponse; answer: () => void }[]
}

/**
 * The connections of an HTTP server: so many and no more, and one answer at a time on each, so that whoever reads slowly costs one answer. A
 * newcomer is always let in: of those of the address that has the most, the one that has asked nothing for longest makes room, then the one that
 * has been idle for longest, then the one that has waited for longest, then the one that has been reading for longest.
 */
export class Connections {
  readonly #most: number
  readonly #onCrowd: () => void
  readonly #open = new Map<Socket, Connection>()

  /** `onCrowd`: called once, when there are more than `most`. */
  constructor(server: Server, most: number, onCrowd: () => void) {
    this.#most = most
    this.#onCrowd = once(onCrowd)
    // who was told to go may take a moment; beyond that the system's own queue holds newcomers back
    server.maxConnections = most * 2
    server.on('connection', (socket) => this.#admit(socket))
  }

  /** Calls `answer` when all that was asked before on the same connection is answered. */
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

  /** Its request waits; `end` is called when it has to make room. Returns how to say that it waits no longer. */
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

  /** Those of the address that has the most, in the order in which they make room. */
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
    // it is told how far the run is, and may ask again
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
