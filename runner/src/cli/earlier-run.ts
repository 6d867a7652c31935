import { KatydidError } from '../errors.ts'
import { restarted } from '../outputs/checkpoint.ts'
import { readCheckpoint } from '../outputs/checkpoint-file.ts'
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

/**
 * What an earlier process of this master has left of its run: the end of it, or as much as it had saved. Undefined where there was none, or
 * another run. Throws a KatydidError for one that was begun and of which nothing was saved, and for a file that cannot be read.
 */
export async function earlierRun(flags: CheckpointFlags, cwd: string): Promise<Published | undefined> {
  const checkpoint = checkpointOf(flags)
  if (!checkpoint) return undefined
  const saved = await readCheckpoint(prepareFile(checkpoint.path, '--checkpoint', cwd))
  if (saved?.token !== checkpoint.token) return undefined
  if (saved.published) return saved.published
  throw restarted(undefined)
}
