import http from 'node:http'
import { Duplex } from 'node:stream'
import { H1Error } from './h1-error.ts'
import { ResponseParser } from './response-parser.ts'

/** What a parser makes of the bytes before the target closes. */
export type Outcome = { status: number; body: string; reusable?: boolean } | 'malformed' | 'cut'

/** Cuts bytes at the given places. */
export function piecesOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts, bytes.length]
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}

/** Our parser. Pieces come in one buffer that is used again and again, as they do from a socket. */
export function ours(pieces: readonly Buffer[]): Outcome {
  const bodies: string[] = []
  let status = 0
  let reusable: boolean | undefined
  const parser = new ResponseParser({
    head: (head) => {
      status = head.status
    },
    body: (bytes, start, end) => void bodies.push(bytes.toString('latin1', start, end)),
    end: (may) => {
      reusable = may
    },
  })
  const buffer = Buffer.alloc(Math.max(1, ...pieces.map((piece) => piece.length)))
  parser.expect('GET')
  for (const piece of pieces) {
    buffer.fill(0)
    piece.copy(buffer)
    try {
      if (piece.length > 0) parser.execute(buffer, piece.length)
    } catch (error) {
      if (!(error instanceof H1Error)) throw error
      if (reusable === undefined) return 'malformed'
      reusable = false // the response is good, and the connection is closed
      break
    }
  }
  if (reusable === undefined && !parser.finish()) return 'cut'
  return { status, body: bodies.join(''), reusable: reusable ?? false }
}

/** llhttp, as `node:http` runs it. */
export function llhttp(pieces: readonly Buffer[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    const request = http.request({ createConnection: () => socket })
    const refused = ({ code }: NodeJS.ErrnoException) => resolve(code?.startsWith('HPE_') ? 'malformed' : 'cut')
    request.on('error', refused)
    request.on('upgrade', () => resolve('malformed'))
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', refused)
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('latin1')
        // an error after the last byte of the body still comes
        setImmediate(() => resolve({ status: response.statusCode ?? 0, body }))
      })
    })
    request.end()
    request.on('socket', () =>
      setImmediate(() => {
        for (const piece of pieces) socket.push(piece)
        socket.push(null)
      }),
    )
  })
}
