import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { type OutputFile, writeError } from '../output-files.ts'

// appending, so that after a piece was taken back the next one does not leave a hole in its place
const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND

/**
 * A file that grows while the run goes on, by whole pieces only: what could not be written whole is taken back. Throws
 * KatydidErrors.
 */
export class GrowingFile {
  readonly #file: OutputFile
  #handle: FileHandle | undefined
  #length = 0

  constructor(file: OutputFile) {
    this.#file = file
  }

  get isOpen(): boolean {
    return this.#handle !== undefined
  }

  /** Begins anew; whatever was there before is gone. */
  async begin(text: string): Promise<void> {
    try {
      this.#handle = await open(this.#file.path, flags)
    } catch (error) {
      throw writeError(this.#file, error)
    }
    await this.append(text)
  }

  async append(text: string): Promise<void> {
    const handle = this.#handle
    if (!handle) return
    const bytes = Buffer.from(text)
    let written = 0
    try {
      while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten
      this.#length += bytes.length
    } catch (error) {
      await handle.truncate(this.#length).catch(() => {})
      throw writeError(this.#file, error)
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    try {
      await handle?.close()
    } catch (error) {
      throw writeError(this.#file, error)
    }
  }
}
