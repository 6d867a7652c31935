import { KatydidError } from '../errors.ts'
import { readCheckpoint, writeCheckpoint } from '../outputs/checkpoint-file.ts'
import { prepareFile } from '../outputs/output-files.ts'
import type { Published } from '../outputs/published.ts'
import { parseDuration } from '../plan/duration.ts'

export interface CheckpointFlags {
  checkpoint?: string
  checkpointInterval: string
  runToken?: string
}

/** Where a run is saved, and how often; undefined where that was not asked for. Throws a KatydidError USAGE. */
export function checkpointOf(flags: CheckpointFlags): { path: string; token: string; everyMs: number } | undefined {
  const { checkpoint: path, checkpointInterval, runToken: token } = flags
  if (path === undefined) return undefined
  if (token === undefined)
    throw new KatydidError('USAGE', '--checkpoint needs --run-token', {
      hint: 'a master that is started again must know whether the run in the file is its own',
    })
  let everyMs = 0
  try {
    everyMs = parseDuration(checkpointInterval)
  } catch {}
  if (everyMs >= 1_000) return { path, token, everyMs }
  throw new KatydidError('USAGE', `bad --checkpoint-interval ${JSON.stringify(checkpointInterval)}`, {
    hint: 'a duration of 1s or more',
  })
}

/** A run that an earlier process of this master began. */
export interface EarlierRun {
  /** The end of it, or as much as it had saved; null: nothing. */
  published: Published | null
  /** Whoever is told of an end has been told of this one. */
  isTold: boolean
  /** Of this one they have been told now: the next process of this master is not to do so again. */
  markTold(): Promise<void>
}

/** What there is of an earlier run; undefined where there was none, or another. Throws a KatydidError for a file that cannot be read. */
export async function earlierRun(flags: CheckpointFlags, cwd: string): Promise<EarlierRun | undefined> {
  const checkpoint = checkpointOf(flags)
  if (!checkpoint) return undefined
  const file = prepareFile(checkpoint.path, '--checkpoint', cwd)
  const saved = await readCheckpoint(file)
  if (saved?.token !== checkpoint.token) return undefined
  return {
    published: saved.published,
    isTold: saved.finished,
    markTold: () => writeCheckpoint(file, { ...saved, finished: true }),
  }
}
