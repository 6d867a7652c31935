import { createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto'

export interface CurveKeys {
  publicKey: string
  secretKey: string
}

/** DER head of a PKCS #8 X25519 private key (RFC 8410); the 32 bytes of the key follow. */
const pkcs8Head = Buffer.from('302e020100300506032b656e04220420', 'hex')

/**
 * ZeroMQ CURVE keys of both sides, made from the one key that they share: HKDF-SHA-256 (RFC 5869) by role gives each side's X25519
 * secret. Who does not have the shared key does not know the master's public key, without which no CURVE handshake begins.
 */
export function curveKeys(sharedKey: string, role: 'master' | 'worker'): CurveKeys {
  const secret = Buffer.from(hkdfSync('sha256', sharedKey, 'katydid cluster key', role, 32))
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, secret]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { publicKey: z85(publicKey), secretKey: z85(secret) }
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'

/**
 * Z85 (ZeroMQ RFC 32): four bytes as five characters.
 *
 * @tested the example of its specification
 */
export function z85(bytes: Uint8Array): string {
  let text = ''
  const view = Buffer.from(bytes)
  for (let at = 0; at < view.length; at += 4) {
    let value = view.readUInt32BE(at)
    let group = ''
    for (let i = 0; i < 5; i++) {
      group = alphabet[value % 85] + group
      value = Math.floor(value / 85)
    }
    text += group
  }
  return text
}
