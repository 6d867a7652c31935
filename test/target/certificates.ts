import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type Certificate, makeCertificate } from './x509.ts'

/** Everything TLS tests need. All PEM. */
export interface Certificates {
  ca: string
  servers: Record<'good' | 'expired' | 'wrongHost' | 'selfSigned', Certificate>
  /** Signed by our CA, common name `katydid client`. */
  client: Certificate
  /** A client that signed itself. */
  stranger: Certificate
  /** Paths of the same, for command lines and load files. */
  files: { ca: string; clientCert: string; clientKey: string; strangerCert: string; strangerKey: string }
}

const dayMs = 86_400_000

/** Made once a day and kept in the temporary folder, for all test processes to share. */
export function certificates(): Certificates {
  const folder = join(tmpdir(), `katydid-test-certificates-${userInfo().uid}`)
  const store = join(folder, 'all.json')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (!isFresh(store)) {
    // written beside and renamed: whoever reads at the same time sees one whole version
    const draft = join(folder, `all.${process.pid}.json`)
    writeFileSync(draft, JSON.stringify(makeAll()), { mode: 0o600 })
    renameSync(draft, store)
  }
  const made = JSON.parse(readFileSync(store, 'utf8')) as Omit<Certificates, 'files'>
  const file = (name: string, content: string) => {
    const path = join(folder, name)
    const draft = `${path}.${process.pid}`
    writeFileSync(draft, content, { mode: 0o600 })
    renameSync(draft, path)
    return path
  }
  return {
    ...made,
    files: {
      ca: file('ca.pem', made.ca),
      clientCert: file('client.pem', made.client.cert),
      clientKey: file('client-key.pem', made.client.key),
      strangerCert: file('stranger.pem', made.stranger.cert),
      strangerKey: file('stranger-key.pem', made.stranger.key),
    },
  }
}

function isFresh(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs < dayMs
  } catch {
    return false
  }
}

function makeAll(): Omit<Certificates, 'files'> {
  const issuer = makeCertificate({ name: 'katydid test CA', isAuthority: true })
  const hosts = ['127.0.0.1', 'localhost']
  return {
    ca: issuer.cert,
    servers: {
      good: makeCertificate({ name: 'katydid target', issuer, hosts }),
      expired: makeCertificate({
        name: 'katydid target',
        issuer,
        hosts,
        validFrom: new Date(Date.now() - 3 * dayMs),
        validTo: new Date(Date.now() - dayMs),
      }),
      wrongHost: makeCertificate({ name: 'elsewhere', issuer, hosts: ['elsewhere.example'] }),
      selfSigned: makeCertificate({ name: 'katydid target', hosts }),
    },
    client: makeCertificate({ name: 'katydid client', issuer }),
    stranger: makeCertificate({ name: 'stranger' }),
  }
}
