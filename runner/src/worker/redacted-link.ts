import { hasSecrets, redact } from '../secrets/redactions.ts'
import { redactStats, redactWaiting } from '../stats/redact-stats.ts'
import type { WorkerInterval } from '../stats/snapshot.ts'
import type { Link } from '../transport/link.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'

/**
 * A worker's link that says nothing secret. The values of this process's environment may be others than the master's, which could not
 * know them. What a load file sends by `environment.send` is its own affair, and goes as it is.
 */
export function redactedLink(link: Link<ToMaster, ToWorker>): Link<ToMaster, ToWorker> {
  return {
    send: (message) => link.send(hasSecrets() ? withoutSecrets(message) : message),
    receive: (handler) => link.receive(handler),
    closed: (handler) => link.closed(handler),
    close: () => link.close(),
  }
}

function withoutSecrets(message: ToMaster): ToMaster {
  switch (message.type) {
    case 'stats':
      return { ...message, intervals: message.intervals.map(cleanInterval) }
    case 'event':
      return { ...message, text: redact(message.text) }
    case 'stop_request':
      return { ...message, reason: redact(message.reason) }
    default:
      return message
  }
}

function cleanInterval(interval: WorkerInterval): WorkerInterval {
  const { stats, waiting } = interval
  return { ...interval, stats: redactStats(stats), ...(waiting ? { waiting: redactWaiting(waiting) } : {}) }
}
