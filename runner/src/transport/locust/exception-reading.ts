import { redact } from '../../secrets/redactions.ts'
import type { ExceptionDelta } from '../../stats/snapshot.ts'

const longestMessage = 2_000
const longestTraceback = 20_000

/** What a task of a Locust worker raised: one message for each time. It does not say when. */
export function exceptionOf(data: unknown): ExceptionDelta {
  const { msg, traceback } = (data ?? {}) as { msg?: unknown; traceback?: unknown }
  const now = Date.now()
  return {
    message: redact(typeof msg === 'string' ? msg : 'exception').slice(0, longestMessage),
    traceback: redact(typeof traceback === 'string' ? traceback : '').slice(0, longestTraceback),
    count: 1,
    firstSeen: now,
    lastSeen: now,
  }
}
