import { FeedDesk } from '../feeds/feed-desk.ts'
import type { PlanFlags } from '../plan/options.ts'
import type { System } from '../system.ts'
import { RouterSocket } from '../transport/zmq/router-socket.ts'
import { ClusterRun } from './cluster-run.ts'
import { prepare } from './prepare.ts'
import { processCount } from './process-count.ts'
import { runToVerdict } from './run-to-verdict.ts'
import { type ServeFlags, whileServed } from './while-served.ts'
import { WorkerChildren } from './worker-children.ts'

/** `katydid run --processes N`: a master here and N worker processes on this machine, over loopback. */
export async function runProcesses(
  system: System,
  flags: PlanFlags,
  report: ServeFlags & { values: readonly string[]; typecheck?: boolean | undefined },
  processes: string,
): Promise<number> {
  const count = processCount(processes)
  const desk = new FeedDesk()
  const { values, typecheck } = report
  const prepared = await prepare({ system, values, flags, typecheck, rows: (spec) => desk.openRows(spec) })
  // the workers have this process's environment, so its key, too
  const key = system.env.KATYDID_CLUSTER_KEY || undefined
  const socket = await RouterSocket.bind({ host: '127.0.0.1', port: 0, key })
  let run: ClusterRun | undefined
  const children = new WorkerChildren(system.env, (id, reason) => run?.lost(id, reason))
  try {
    const open = (surroundings: ConstructorParameters<typeof ClusterRun>[1]) => {
      run = new ClusterRun(prepared, surroundings, { socket, desk, expect: count })
      children.start(count, socket.port, report.logFormat)
      return run.master
    }
    return await whileServed(report, (http) => runToVerdict(system, prepared, report, open, http))
  } finally {
    await run?.finish()
    await children.end()
    await run?.close()
    await desk.close()
  }
}
