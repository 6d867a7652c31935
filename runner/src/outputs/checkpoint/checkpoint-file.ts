import { readFile } from 'node:fs/promises'
import { KatydidError } from '../../errors.ts'
import { type OutputFile, writeWhole } from '../output-files.ts'
import type { Published } from '../published/published.ts'

/** What there was of a run when it was last saved. */
export interface Checkpoint {
  /** The run's own name: what another run has saved is none of its business. */
  token: string
  /** A mark of what was asked to run; left out by older versions. */
  asked?: string | undefined
  finished: boolean
  /** ISO 8601. */
  savedAt: string
  /** Of a run that is not finished: as if it had broken then. null: it had not begun to measure. */
  published: Published | null
}

export function writeCheckpoint(file: OutputFile, checkpoint: Checkpoint): Promise<void> {
  return writeWhole(file, JSON.stringify(checkpoint))
}

/** Undefined where there is none. Throws a KatydidError for a file that is none: it may be all that there is of a run. */
export async function readCheckpoint(file: OutputFile): Promise<Checkpoint | undefined> {
  let text: string
  try {
    text = await readFile(file.path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unreadable(file, error)
  }
  try {
    const { token, asked, finished, savedAt, published } = JSON.parse(text) as Partial<Checkpoint>
    if (typeof token !== 'string' || typeof finished !== 'boolean' || typeof savedAt !== 'string') throw new TypeError()
    if (published !== null && typeof published?.verdict?.exitCode !== 'number') throw new TypeError()
    if (published !== null && typeof published.line !== 'string') throw new TypeError()
    return { token, asked, finished, savedAt, published }
  } catch (error) {
    throw unreadable(file, error)
  }
}

function unreadable(file: OutputFile, cause: unknown): KatydidError {
  return new KatydidError('OUTPUT', `${file.shown} exists, but is not a valid checkpoint`, {
    hint: 'katydid starts no load, because the file may belong to this run. Move the file, or use another one',
    cause,
  })
}
