/** What crosses between two reliable ends, in whatever order and however often. */
export interface Packet {
  /** 1, 2, 3 … for each body of one side. */
  seq: number
  /** The highest of the other side's that has come, with all before it. */
  ack: number
  /** Nothing where the sender had to give it up: it was kept too long by too much else. */
  body: Uint8Array | undefined
}

export interface ReliableOptions {
  /** Puts a packet on its way, on which it may be lost, repeated or overtaken. */
  transmit(packet: Packet): void
  /** Each body once, in the order they were sent. */
  deliver(body: Uint8Array): void
  /** A body was given up because more than `maxBytes` waited. */
  onGivenUp?(body: Uint8Array): void
  /** The other side had to give up one of its bodies. */
  onMissing?(): void
  /** Bytes kept for the other side while it does not acknowledge. */
  maxBytes?: number
  /** Bytes kept of packets that overtook others; beyond it they are to come again. Left out: 16 MB. */
  mostAheadBytes?(): number
  /** How long an acknowledgement takes on this way; left out: no time. */
  roundTripMs?(): number
  now?(): number
}

interface Waiting {
  packet: Packet
  sentAt: number
  /** How often it was sent again. */
  again: number
}

/** Beyond what the way there and back takes; a heartbeat is as long, so that one lost packet costs about two. */
const resendAfterMs = 900
/** A large packet may still be on its way: more copies of it would make that way slower yet. */
const mostResendAfterMs = 8_000
const largeBytes = 64 * 1024
const mostAtOnce = 500
/** Packets that overtook others and are kept for them. */
const mostAhead = 2_000
const defaultAheadBytes = 16 * 1024 * 1024
const defaultMaxBytes = 64 * 1024 * 1024

/**
 * One side of an exchange in which nothing is lost and nothing comes twice, over a way where both happen. Acknowledgements ride on
 * packets and on heartbeats; `retry`, called at each heartbeat, sends again what was not acknowledged.
 */
export class ReliableEnd {
  readonly #options: ReliableOptions
  readonly #now: () => number
  readonly #unacked = new Map<number, Waiting>()
  readonly #ahead = new Map<number, Uint8Array | undefined>()
  #bytes = 0
  #aheadBytes = 0
  #sent = 0
  #received = 0

  constructor(options: ReliableOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** What the other side should be told that we have. */
  get ack(): number {
    return this.#received
  }

  /** How many bodies the other side has not acknowledged. */
  get pending(): number {
    return this.#unacked.size
  }

  send(body: Uint8Array): void {
    const packet: Packet = { seq: ++this.#sent, ack: this.#received, body }
    this.#unacked.set(packet.seq, { packet, sentAt: this.#now(), again: 0 })
    this.#bytes += body.length
    if (this.#bytes > (this.#options.maxBytes ?? defaultMaxBytes)) this.#giveUpOldest()
    this.#options.transmit(packet)
  }

  receive({ seq, ack, body }: Packet): void {
    this.acked(ack)
    if (seq <= this.#received || this.#ahead.has(seq)) return
    if (seq !== this.#received + 1) {
      this.#keep(seq, body)
      return
    }
    this.#take(seq, body)
    for (let next = this.#received + 1; this.#ahead.has(next); next++) {
      const kept = this.#ahead.get(next)
      this.#ahead.delete(next)
      this.#aheadBytes -= kept?.length ?? 0
      this.#take(next, kept)
    }
  }

  /** The other side has everything up to this one. */
  acked(ack: number): void {
    if (!(ack <= this.#sent)) return
    for (const [seq, { packet }] of this.#unacked) {
      if (seq > ack) return
      this.#unacked.delete(seq)
      this.#bytes -= packet.body?.length ?? 0
    }
  }

  /** Sends again what has waited for long. */
  retry(): void {
    const now = this.#now()
    const roundTripMs = this.#options.roundTripMs?.() ?? 0
    let left = mostAtOnce
    for (const waiting of this.#unacked.values()) {
      if (waiting.sentAt + patience(waiting, roundTripMs) > now) continue
      if (left-- === 0) return
      waiting.sentAt = now
      waiting.again++
      waiting.packet.ack = this.#received
      this.#options.transmit(waiting.packet)
    }
  }

  #take(seq: number, body: Uint8Array | undefined): void {
    this.#received = seq
    if (body) this.#options.deliver(body)
    else this.#options.onMissing?.()
  }

  #keep(seq: number, body: Uint8Array | undefined): void {
    const bytes = body?.length ?? 0
    const most = this.#options.mostAheadBytes?.() ?? defaultAheadBytes
    if (seq > this.#received + mostAhead || this.#aheadBytes + bytes > most) return
    this.#aheadBytes += bytes
    this.#ahead.set(seq, body)
  }

  #giveUpOldest(): void {
    for (const { packet } of this.#unacked.values()) {
      if (!packet.body || packet.seq === this.#sent) continue
      this.#bytes -= packet.body.length
      this.#options.onGivenUp?.(packet.body)
      packet.body = undefined
      if (this.#bytes <= (this.#options.maxBytes ?? defaultMaxBytes)) return
    }
  }
}

function patience({ packet, again }: Waiting, roundTripMs: number): number {
  const isLarge = (packet.body?.length ?? 0) > largeBytes
  const forSmallMs = resendAfterMs + roundTripMs
  return isLarge ? Math.min(mostResendAfterMs + roundTripMs, 2 * forSmallMs * 2 ** again) : forSmallMs
}
