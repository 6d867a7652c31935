import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { KatydidError } from '../errors.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { tlsModule } from './when-used.ts'

/** The plan's TLS options, read once: PEM texts for undici, and one context for all connections of our own. */
export interface TlsMaterial {
  ca: Buffer | undefined
  cert: Buffer | undefined
  key: Buffer | undefined
  insecure: boolean
}

export function readTls(options: RunPlan['http']): TlsMaterial {
  const { ca, cert, key, insecure } = options
  if ((cert === undefined) !== (key === undefined) && key !== undefined)
    throw new KatydidError('PLAN', 'http.key is given without http.cert', { hint: 'a client certificate needs both' })
  const material: TlsMaterial = {
    ca: read('http.ca', ca),
    cert: read('http.cert', cert),
    key: read('http.key', key ?? cert), // one file may hold both
    insecure,
  }
  if (!ca && !cert) return material // a context costs its milliseconds, and plain HTTP needs none
  try {
    tlsModule().createSecureContext(pem(material))
  } catch (error) {
    throw new KatydidError('PLAN', `the TLS files of the plan cannot be used: ${(error as Error).message}`, {
      hint: 'http.ca, http.cert and http.key are paths of PEM files; the key must belong to the certificate',
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

function read(what: string, path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path)
  } catch (error) {
    throw new KatydidError('PLAN', `${what}: cannot read ${path} (${(error as NodeJS.ErrnoException).code})`, {
      hint: 'give the path of a PEM file',
    })
  }
}
