import { redact } from '../loadfile/redactions.ts'
import { createLog } from '../log.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { System } from '../system.ts'
import { events } from '../users/events.ts'
import type { Verdict } from '../verdict/criterion.ts'
import { RunEvents } from '../verdict/run-events.ts'
import { localRun } from './local-run.ts'
import type { Prepared } from './prepare.ts'
import { stopOnSignals } from './stop-on-signals.ts'
import { formatTrace } from './trace-printer.ts'

/** Nobody looks at the figures of a single user: what it says and hears is printed as it happens. */
export async function runOne(system: System, prepared: Prepared): Promise<number> {
  const { plan, classes } = prepared
  const profile: RunPlan['profile'] = { kind: 'constant', users: 1, spawnRate: 1_000, runTime: runTimeOf(plan) }
  const one = { ...prepared, plan: { ...plan, profile }, classes: new Map([...classes].slice(0, 1)) }
  const print = (text: string) => void system.stdout.write(text)
  events.userError.addListener(({ message, traceback }) => print(`✗ ${redact(`${message}\n${traceback}`)}\n\n`))
  const log = await createLog({ format: 'pretty', level: 'info', redact })
  const audience = {
    start: () => print(`one ${[...one.classes.keys()][0]}\n\n`),
    interval: () => {},
    event: ({ text }: { text: string }) => print(`! ${redact(text)}\n\n`),
    finish: async (_: unknown, judge: () => Verdict) => judge(),
  }
  const master = localRun(one, { criteria: [new RunEvents(false)], audience, log }, (exchange) =>
    print(formatTrace(exchange)),
  )
  const stopListening = stopOnSignals(system, master)
  const verdict = await master.run()
  stopListening()
  return verdict.exitCode
}

function runTimeOf({ profile }: RunPlan): number | undefined {
  return 'runTime' in profile ? profile.runTime : undefined
}
