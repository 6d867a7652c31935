import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'

/** Files of a run that may be read over HTTP: by a name of the list, never by a path. */
export class ServedFiles {
  readonly #paths = new Map<string, string>()

  /** Of two files of one name the first is served. */
  offer(paths: readonly string[]): void {
    for (const path of paths) if (!this.#paths.has(basename(path))) this.#paths.set(basename(path), path)
  }

  /** Of those that are there: a run that broke early may have written none. */
  async names(): Promise<string[]> {
    const there = await Promise.all([...this.#paths.values()].map(isFile))
    return [...this.#paths.keys()].filter((_, i) => there[i])
  }

  /** Undefined where there is no such name, or its file is gone. */
  async read(name: string): Promise<Buffer | undefined> {
    const path = this.#paths.get(name)
    if (path === undefined || !(await isFile(path))) return undefined
    return readFile(path).catch(() => undefined)
  }
}

/** What is not a file, such as a pipe or a device, could keep its reader waiting for ever. */
function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  )
}
