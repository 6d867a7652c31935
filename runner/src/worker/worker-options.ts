import type { Environment, Runtime } from '../environment/environment.ts'
import type { RunStats } from '../environment/run-stats.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { PickTask } from '../running/one-pass.ts'
import type { UserClass } from '../tasks/user.ts'
import type { Link } from '../transport/link.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'

/** What a worker of one run is made of. */
export interface WorkerOptions {
  plan: RunPlan
  link: Link<ToMaster, ToWorker>
  /** The load file's user classes that are to run, by name. */
  classes: ReadonlyMap<string, UserClass>
  params: Readonly<Record<string, unknown>>
  role: Environment['role']
  version: string
  /** Rows of a feed that were asked for. */
  onRows?: ((answer: Extract<ToWorker, { type: 'feed_rows' }>) => void) | undefined
  /** Its place among the workers; left out: it is the only one. */
  index?: number | undefined
  workerCount?: number | undefined
  id?: string | undefined
  /** What the whole run has measured, where this process knows. */
  stats?: (() => RunStats) | undefined
  /** Follows every HTTP request of every user: for the debugger. */
  trace?: Runtime['trace']
  /** Chooses the tasks: for the debugger. */
  pick?: PickTask | undefined
}
