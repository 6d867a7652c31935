import { KatydidError } from '../errors.ts'
import { readOnce } from '../plan/read-once.ts'
import { addSecret } from '../secrets/redactions.ts'
import { cryptoModule } from './when-used.ts'

type Env = Readonly<Record<string, string | undefined>>

const certificate = /-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END \1?CERTIFICATE-----/g
const privateKey = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[\s\S]+?-----END \1-----/

/** The certificates of a PEM file, without what stands around them. Throws a KatydidError that says what the file has instead. */
export function readCertificates(option: string, path: string): Buffer {
  const content = read(option, path)
  const found = content.toString('latin1').match(certificate)
  if (!found) throw wrongFile(option, path, `has no certificate: it ${whatIsIn(content)}`, content)
  for (const [at, one] of found.entries())
    if (!one.includes('TRUSTED') && !isReadable(one))
      throw wrongFile(option, path, `has an invalid certificate, number ${at + 1} of ${found.length}`, content)
  return Buffer.from(`${found.join('\n')}\n`)
}

/** A private key, decrypted, that belongs to the certificate. Throws a KatydidError. */
export function readPrivateKey(path: string, certificates: Buffer, env: Env): Buffer {
  const content = read('http.key', path)
  const found = privateKey.exec(content.toString('latin1'))?.[0]
  if (!found) throw wrongFile('http.key', path, `has no private key: it ${whatIsIn(content)}`, content)
  const { createPrivateKey, X509Certificate } = cryptoModule()
  const encrypted = /ENCRYPTED/.test(found)
  const passphrase = env.KATYDID_HTTP_KEY_PASSPHRASE
  if (encrypted && !passphrase)
    throw new KatydidError('PLAN', `http.key: ${path} is encrypted`, {
      hint: 'set the environment variable KATYDID_HTTP_KEY_PASSPHRASE to its passphrase',
    })
  if (passphrase) addSecret(passphrase)
  let key: ReturnType<typeof createPrivateKey>
  try {
    key = createPrivateKey(encrypted ? { key: found, passphrase: passphrase as string } : found)
  } catch (cause) {
    const why = encrypted ? 'the passphrase in KATYDID_HTTP_KEY_PASSPHRASE does not open' : 'cannot read the key in'
    throw new KatydidError('PLAN', `http.key: ${why} ${path}`, { hint: pemHint, cause })
  }
  const first = certificates.toString('latin1').match(certificate)?.[0] as string
  if (isReadable(first) && !new X509Certificate(first).checkPrivateKey(key))
    throw new KatydidError('PLAN', `http.key: ${path} does not belong to the certificate`, {
      hint: "put the client's own certificate first in http.cert, and use the key of this certificate as http.key",
    })
  return Buffer.from(key.export({ type: 'pkcs8', format: 'pem' }))
}

const pemHint = 'give the path of a PEM file'

function read(option: string, path: string): Buffer {
  try {
    return readOnce(path)
  } catch (error) {
    throw new KatydidError('PLAN', `${option}: cannot read ${path} (${(error as NodeJS.ErrnoException).code})`, {
      hint: pemHint,
    })
  }
}

function isReadable(pem: string): boolean {
  try {
    return new (cryptoModule().X509Certificate)(pem) !== undefined
  } catch {
    return false
  }
}

function wrongFile(option: string, path: string, problem: string, content: Buffer): KatydidError {
  const hint = isDer(content)
    ? `convert it: openssl ${option === 'http.key' ? 'pkey' : 'x509'} -inform der -in ${path} -out ${path}.pem`
    : pemHint
  return new KatydidError('PLAN', `${option}: ${path} ${problem}`, { hint })
}

function whatIsIn(content: Buffer): string {
  if (content.length === 0) return 'is empty'
  if (isDer(content)) return 'is binary (DER or PKCS #12)'
  const labels = [...content.toString('latin1').matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label]) => label)
  return labels.length > 0 ? `has ${[...new Set(labels)].join(', ')}` : 'is not a PEM file'
}

function isDer(content: Buffer): boolean {
  return content[0] === 0x30 && (content[1] as number) >= 0x80
}
