import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

const kept = new Map<string, Buffer>()

/**
 * The bytes of a file that the user named. Of a pipe (`-f <(helm get values load)`, `-f /dev/stdin`) a second reading gets nothing, so that what
 * the first one got is kept. Throws the error of the file system.
 */
export function readOnce(path: string): Buffer {
  const place = resolve(path)
  const known = kept.get(place)
  if (known) return known
  const bytes = readFileSync(path)
  if (!statSync(path).isFile()) kept.set(place, bytes)
  return bytes
}
