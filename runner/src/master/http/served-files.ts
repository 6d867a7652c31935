import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { FileBody } from './reply.ts'

/** Files of a run that can be read over HTTP, by a name of a list and never by a path. */
export class ServedFiles {
  readonly #paths = new Map<string, string>()

  /** Of two files with the same name the first is served. */
  offer(paths: readonly string[]): void {
    for (const path of paths) if (!this.#paths.has(basename(path))) this.#paths.set(basename(path), path)
  }

  /** Names of the files that exist: a run that broke early may have written none. */
  async names(): Promise<string[]> {
    const there = await Promise.all([...this.#paths.values()].map(lengthOf))
    return [...this.#paths.keys()].filter((_, i) => there[i] !== undefined)
  }

  /** Undefined if there is no such name, or if the file is gone. */
  async open(name: string): Promise<FileBody | undefined> {
    const path = this.#paths.get(name)
    const length = path === undefined ? undefined : await lengthOf(path)
    if (path === undefined || length === undefined) return undefined
    return { length, read: () => createReadStream(path, { end: length - 1 }) }
  }
}

/** Undefined if it is not a file: a pipe or a device could block its reader for ever. */
function lengthOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (stats) => (stats.isFile() ? stats.size : undefined),
    () => undefined,
  )
}
