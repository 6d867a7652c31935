import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/**
 * Makes the few X.509 certificates the tests need (RFC 5280, ECDSA P-256), so that `npm test` asks nothing of the machine:
 * slim images have no `openssl` command, and keys do not belong into a repository.
 */
export interface Certificate {
  /** PEM. */
  cert: string
  key: string
  name: string
}

export interface CertificateWish {
  name: string
  /** Signed by itself where left out. */
  issuer?: Certificate
  isAuthority?: boolean
  /** DNS names and IPv4 addresses a server answers for. */
  hosts?: string[]
  validFrom?: Date
  validTo?: Date
}

const dayMs = 86_400_000

export function makeCertificate(wish: CertificateWish): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const from = wish.validFrom ?? new Date(Date.now() - dayMs)
  const to = wish.validTo ?? new Date(Date.now() + 30 * dayMs)
  const algorithm = sequence(objectId('2a8648ce3d040302')) // ecdsa-with-SHA256
  const extensions: Buffer[] = []
  if (wish.isAuthority) extensions.push(extension('551d13', sequence(der(0x01, Buffer.from([0xff]))), true))
  if (wish.hosts) extensions.push(extension('551d11', sequence(...wish.hosts.map(generalName))))
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    nameOf(wish.issuer?.name ?? wish.name),
    sequence(time(from), time(to)),
    nameOf(wish.name),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : []),
  )
  const signature = sign('sha256', tbs, createPrivateKey(wish.issuer?.key ?? key))
  const certificate = sequence(tbs, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const base64 = certificate.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return { cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`, key, name: wish.name }
}

function der(tag: number, content: Buffer): Buffer {
  const length = content.length
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), content])
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(commonName)))))
}

function time(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, '')}`)) // GeneralizedTime
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  const mark = critical ? [der(0x01, Buffer.from([0xff]))] : []
  return sequence(objectId(id), ...mark, der(0x04, value))
}

function generalName(host: string): Buffer {
  return /^[\d.]+$/.test(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host))
}
