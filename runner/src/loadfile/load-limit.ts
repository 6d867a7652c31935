import { KatydidError } from '../errors.ts'
import { formatSpan } from '../stats/format.ts'
import type { Bundle } from './bundle.ts'
import { shownPath } from './shown-path.ts'

/** What a timer can wait at most, ms. */
const longestMs = 2 ** 31 - 1

/**
 * What the load file's import gives. Node says nothing of an `await` at the top level that never settles: it waits for ever, or, with nothing
 * left to wait for, ends the process.
 *
 * @throws KatydidError LOAD_FILE where it takes longer than `limitMs`, or cannot settle any more
 */
export async function settled<Result>(loading: Promise<Result>, bundle: Bundle, limitMs: number): Promise<Result> {
  let stop = () => {}
  const given = new Promise<never>((_, reject) => {
    const file = shownPath(bundle.file)
    const late = `${file} did not load within ${formatSpan(limitMs)}: an await at the top level of this file, or of a file that it imports, does not finish`
    const never = `${file} cannot finish loading: an await at the top level of this file, or of a file that it imports, waits for something that never happens`
    const giveUp = (text: string) => () =>
      reject(
        new KatydidError('LOAD_FILE', text, {
          hint: 'do slow work in setup(), which runs once per run. load.setupTimeout is the time limit for loading and for setup()',
        }),
      )
    const onEmpty = giveUp(never)
    process.once('beforeExit', onEmpty)
    // does not keep the process: one that is left with nothing else shall be told at once
    const timer = setTimeout(giveUp(late), Math.min(limitMs, longestMs)).unref()
    stop = () => {
      process.off('beforeExit', onEmpty)
      clearTimeout(timer)
    }
  })
  try {
    return await Promise.race([loading, given])
  } finally {
    stop()
  }
}
