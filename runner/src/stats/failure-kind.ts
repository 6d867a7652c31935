import type { FailureKind } from './snapshot.ts'

/** Libraries have no common word for it: `ETIMEDOUT`, `TimeoutError`, "Command timed out". */
const timeout = /time[ds]?[-_ ]?out/i

/** What a failure of a protocol that is not ours was, by its code, name and message, or those of its cause: read once, where it comes from. */
export function failureKindOf(error: unknown): FailureKind | undefined {
  try {
    return saysTimeout(error) || saysTimeout((error as { cause?: unknown } | null | undefined)?.cause)
      ? 'timeout'
      : undefined
  } catch {
    return undefined // a getter of it threw
  }
}

function saysTimeout(error: unknown): boolean {
  if (typeof error === 'string') return timeout.test(error)
  if (typeof error !== 'object' || error === null) return false
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown }
  return [code, name, message].some((text) => typeof text === 'string' && timeout.test(text))
}
