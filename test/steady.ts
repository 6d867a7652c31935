/**
 * What a run did on a machine that gave it no time for a second or more is nothing that a test could ask about: it is made again. The run's own
 * verdict says so. A test of just that says `--on-saturated broken`, and has its first run.
 */
import { roomToStart } from './room.ts'
import { resetTarget } from './target/target.ts'

const stoodStill =
  /^ {2}broken {2}delivery: (.* a worker or its machine stopped for a time|seconds in which a worker stopped|time in which workers stopped)/m
/** How often again. */
const mostAgain = 5
/** How long the next may wait for a calmer moment. */
const calmMs = 20_000

/** Thrown by assertions of an exit code, where the machine is why it is another. */
export class StoodStill extends Error {}

/** What a run left. */
interface Left {
  stdout: string
  hasResult: boolean
}

export const hasStoodStill = ({ stdout }: Pick<Left, 'stdout'>): boolean => stoodStill.test(stdout)

/** A run again, up to five times, where this machine stood still. */
export async function trusted<T>(run: () => Promise<T>, outcomeOf: (of: T) => Left, args: string[]): Promise<T> {
  for (let left = args.includes('--on-saturated') && args.includes('broken') ? 0 : mostAgain; ; left--) {
    const ran = await run()
    const outcome = outcomeOf(ran)
    if (left === 0 || !outcome.hasResult || !hasStoodStill(outcome)) return ran
    await onceMore(`katydid ${args.join(' ')}`)
    await resetTarget(args[args.indexOf('-H') + 1])
  }
}

/** A whole test again, up to five times, where this machine stood still: for those that start a master and do things to it. */
export function steady<Args extends unknown[]>(
  body: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    for (let left = mostAgain; ; left--)
      try {
        return await body(...args)
      } catch (error) {
        if (left === 0 || !(error instanceof StoodStill)) throw error
        await onceMore('a test')
      }
  }
}

async function onceMore(what: string): Promise<void> {
  console.error(`this machine stood still during ${what}: once more`)
  await roomToStart(calmMs)
}
