/** What two reliable ends exchange. Packets may arrive in any order, several times or never. */
export interface Packet {
  /** 1, 2, 3 … for the bodies of one side. */
  seq: number
  /** The highest number of the other side up to which all bodies have come. */
  ack: number
  /** Undefined if the sender dropped it, because too much else waited too long. */
  body: Uint8Array | undefined
}

export interface ReliableOptions {
  /** Sends a packet. It may be lost, repeated or overtaken. */
  transmit(packet: Packet): void
  /** Gets each body once, in the order they were sent. */
  deliver(body: Uint8Array): void
  /** A body was dropped because more than `maxBytes` waited. */
  onGivenUp?(body: Uint8Array): void
  /** The other side dropped one of its bodies. */
  onMissing?(): void
  /** Bytes kept until the other side acknowledges them. */
  maxBytes?: number
  /** Bytes kept of packets that overtook others. More of them are dropped and come again. Left out: 16 MB. */
  mostAheadBytes?(): number
  /** How long an acknowledgement takes. Left out: no time. */
  roundTripMs?(): number
  now?(): number
}

interface Waiting {
  packet: Packet
  sentAt: number
  /** How often it was sent again. */
  again: number
}

/** Added to the round trip. It is about a heartbeat, so one lost packet costs about two heartbeats. */
const resendAfterMs = 900
/** A large packet may still be under way, and more copies of it would make the network slower. */
const mostResendAfterMs = 8_000
const largeBytes = 64 * 1024
const mostAtOnce = 500
/** How many packets that overtook others are kept. */
const mostAhead = 2_000
const defaultAheadBytes = 16 * 1024 * 1024
const defaultMaxBytes = 64 * 1024 * 1024

/**
 * One side of an exchange in which nothing is lost and nothing comes twice, over a connection where both happen. Acknowledgements travel with
 * packets and heartbeats; `retry`, called at each heartbeat, sends again what was not acknowledged.
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

  /** Up to which number the bodies of the other side have come: the acknowledgement to send. */
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

  /** The other side has all bodies up to this number. */
  acked(ack: number): void {
    if (!(ack <= this.#sent)) return
    for (const [seq, { packet }] of this.#unacked) {
      if (seq > ack) return
      this.#unacked.delete(seq)
      this.#bytes -= packet.body?.length ?? 0
    }
  }

  /** Sends again what was not acknowledged for long. */
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
