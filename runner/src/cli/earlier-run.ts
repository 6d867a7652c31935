import { KatydidError } from '../errors.ts'
import { readCheckpoint, writeCheckpoint } from '../outputs/checkpoint/checkpoint-file.ts'
import { prepareFile } from '../outputs/output-files.ts'
import type { Published } from '../outputs/published/published.ts'
import { parseDuration } from '../plan/duration.ts'

export interface CheckpointFlags {
  checkpoint?: string
  checkpointInterval: string
  runToken?: string
  /** A mark of what is asked to run: see `askedFor`. */
  asked?: string
}

/** Where a run is saved, and how often; undefined where that was not asked for. Throws a KatydidError USAGE. */
export function checkpointOf(
  flags: CheckpointFlags,
): { path: string; token: string; asked: string | undefined; everyMs: number } | undefined {
  const { checkpoint: path, checkpointInterval, runToken: token, asked } = flags
  if (path === undefined) return undefined
  if (token === undefined)
    throw new KatydidError('USAGE', '--checkpoint needs --run-token', {
      hint: 'add --run-token NAME. After a restart, the master needs it to find out whether the run in the file is its own',
    })
  let everyMs = 0
  try {
    everyMs = parseDuration(checkpointInterval)
  } catch {}
  if (everyMs >= 1_000) return { path, token, asked, everyMs }
  throw new KatydidError('USAGE', `bad --checkpoint-interval ${JSON.stringify(checkpointInterval)}`, {
    hint: 'use a duration of 1s or more',
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

/**
 * What there is of an earlier run; undefined where there was none, or another. Throws a KatydidError for a file that cannot be read, and where a
 * run of the same token was asked for something else: its verdict is not one on this load.
 */
export async function earlierRun(flags: CheckpointFlags, cwd: string): Promise<EarlierRun | undefined> {
  const checkpoint = checkpointOf(flags)
  if (!checkpoint) return undefined
  const file = prepareFile(checkpoint.path, '--checkpoint', cwd)
  const saved = await readCheckpoint(file)
  if (saved?.token !== checkpoint.token) return undefined
  if (saved.asked !== undefined && saved.asked !== checkpoint.asked)
    throw new KatydidError(
      'USAGE',
      `${file.shown} belongs to a run with the same --run-token but with other settings`,
      {
        hint: 'give each run its own --run-token. Something has changed since then: flags, environment variables (also KATYDID_CLUSTER_KEY), values files, the load file or a file that it imports. Katydid starts no load',
      },
    )
  return {
    published: saved.published,
    isTold: saved.finished,
    markTold: () => writeCheckpoint(file, { ...saved, finished: true }),
  }
}
