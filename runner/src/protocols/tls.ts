import type { ConnectionOptions } from 'node:tls'
import { KatydidError } from '../errors.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { readCertificates, readPrivateKey } from './tls-files.ts'
import { tlsModule } from './when-used.ts'

/** The plan's TLS options, read once: PEM texts for undici, and one context for all connections of our own. */
export interface TlsMaterial {
  ca: Buffer | undefined
  cert: Buffer | undefined
  key: Buffer | undefined
  insecure: boolean
}

type Env = Readonly<Record<string, string | undefined>>

/** Reads and checks the files. KatydidError PLAN for one that is not what it is used as, before anything is sent. */
export function readTls({ ca, cert, key, insecure }: RunPlan['http'], env: Env = process.env): TlsMaterial {
  if (cert === undefined && key !== undefined)
    throw new KatydidError('PLAN', 'http.key is set, but http.cert is not', { hint: 'set both, or none' })
  const certificates = cert === undefined ? undefined : readCertificates('http.cert', cert)
  const material: TlsMaterial = {
    ca: ca === undefined ? undefined : readCertificates('http.ca', ca),
    cert: certificates,
    // one file may hold both
    key: certificates && readPrivateKey(key ?? (cert as string), certificates, env),
    insecure,
  }
  if (!ca && !cert) return material // a context costs its milliseconds, and plain HTTP needs none
  try {
    tlsModule().createSecureContext(pem(material))
  } catch (error) {
    throw new KatydidError('PLAN', `the TLS files of the plan are not valid: ${(error as Error).message}`, {
      hint: 'use paths of PEM files in http.ca, http.cert and http.key. The key must belong to the certificate',
      cause: error,
    })
  }
  return material
}

/** For sockets of our own. */
export function tlsOptions(material: TlsMaterial): ConnectionOptions {
  return {
    secureContext: tlsModule().createSecureContext(pem(material)),
    rejectUnauthorized: !material.insecure,
    ALPNProtocols: ['http/1.1'],
  }
}

/** For sockets that undici makes. */
export function pem({ ca, cert, key }: TlsMaterial): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(cert && key ? { key } : {}) }
}
