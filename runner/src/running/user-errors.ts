import type { Runtime } from '../environment/environment.ts'
import { tracebackOf } from '../environment/traceback.ts'
import { events } from '../hooks/events.ts'
import type { User } from '../tasks/user.ts'

/** An exception of the user's code: recorded for the report, told to whoever listens. */
export function reportUserError(runtime: Runtime, user: User | undefined, error: unknown): void {
  const { message, traceback } = tracebackOf(error)
  runtime.meter.recorder.exception(message, traceback)
  events.userError.fire({ user, exception: error, message, traceback })
}
