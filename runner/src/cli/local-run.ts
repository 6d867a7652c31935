import { userHooks } from '../master/hooks.ts'
import { Master } from '../master/master.ts'
import { memoryLink } from '../transport/memory.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'
import { version } from '../version.ts'
import { Worker } from '../worker/worker.ts'
import type { WorkerOptions } from '../worker/worker-options.ts'
import { loadOf } from './load-of.ts'
import type { Prepared } from './prepare.ts'
import type { RunSurroundings } from './run-to-verdict.ts'

/** A run in this process: a master and one worker over a link in memory. */
export function localRun(
  prepared: Prepared,
  surroundings: RunSurroundings,
  debug: Pick<WorkerOptions, 'trace' | 'pick'> = {},
): Master {
  const { plan, loadFile, classes } = prepared
  const [toWorker, toMaster] = memoryLink<ToWorker, ToMaster>()
  const worker: Worker = new Worker({
    plan,
    link: toMaster,
    classes,
    params: loadFile.params,
    role: 'local',
    version: version(),
    ...debug,
    stats: () => master.stats,
  })
  const master: Master = new Master({
    ...surroundings,
    ...loadOf(plan, loadFile),
    plan,
    hooks: userHooks(loadFile, worker.environment),
    own: { take: () => worker.takeRest() },
  })
  master.join('local', toWorker)
  worker.join()
  return master
}
