import { hasSecrets, redact } from '../secrets/redactions.ts'
import { mergeDeltas, WaitingSum } from './merge.ts'
import type { StatsDelta, WaitingState } from './snapshot.ts'

/** What was measured, without this process's secrets: names that differed only by one are counted as one. */
export function redactStats(stats: StatsDelta): StatsDelta {
  if (!hasSecrets()) return stats
  const clean: StatsDelta = {
    requests: stats.requests.map((request) => ({ ...request, name: redact(request.name) })),
    errors: stats.errors.map((error) => ({ ...error, name: redact(error.name), error: redact(error.error) })),
    exceptions: stats.exceptions.map((exception) => ({
      ...exception,
      message: redact(exception.message),
      traceback: redact(exception.traceback),
    })),
    metrics: stats.metrics.map((metric) => ({ ...metric, name: redact(metric.name) })),
  }
  return mergeDeltas([clean, { requests: [], errors: [], exceptions: [], metrics: [] }])
}

/** The same of what waits. */
export function redactWaiting(waiting: readonly WaitingState[]): WaitingState[] {
  const sum = new WaitingSum()
  sum.add(waiting.map((state) => ({ ...state, name: redact(state.name) })))
  return sum.take()
}
