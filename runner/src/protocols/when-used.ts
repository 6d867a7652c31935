import type * as Crypto from 'node:crypto'
import type * as Tls from 'node:tls'
import type * as Zlib from 'node:zlib'

/*
 * Parts of Node that plain HTTP does without: 8 MB of an idle worker's memory, so that they are loaded by whoever first needs them, and
 * at once, since a connection is opened in one go.
 */

export function tlsModule(): typeof Tls {
  return process.getBuiltinModule('node:tls')
}

export function cryptoModule(): typeof Crypto {
  return process.getBuiltinModule('node:crypto')
}

export function zlibModule(): typeof Zlib {
  return process.getBuiltinModule('node:zlib')
}
