import { exitCodes } from '../errors.ts'
import type { Master } from '../master/master.ts'
import type { Command } from '../master/master-options.ts'
import type { System } from '../system.ts'

export function interruptedBy(signal: string): Command {
  return { kind: 'stop', reason: `interrupted by ${signal}`, cause: 'interrupted' }
}

/** The first signal ends the run in order, the second leaves at once. Returns how to stop listening. */
export function stopOnSignals(system: System, master: Master): () => void {
  let signals = 0
  return system.onSignal((signal) => {
    if (++signals > 1) system.exit(exitCodes.broken, `${signal} came again`)
    master.command(interruptedBy(signal))
  })
}
