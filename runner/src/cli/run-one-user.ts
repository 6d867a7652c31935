import { StopUser } from '../environment/control-flow.ts'
import type { EventKind, RunEvent } from '../facts/run-event.ts'
import type { Verdict } from '../facts/verdict.ts'
import { events } from '../hooks/events.ts'
import { createLog } from '../log.ts'
import type { Master } from '../master/master.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { onePass, passReason } from '../running/one-pass.ts'
import { redact } from '../secrets/redactions.ts'
import type { System } from '../system.ts'
import { RunEvents } from '../verdict/run-events.ts'
import { localRun } from './local-run.ts'
import type { Prepared } from './prepare.ts'
import { stopOnSignals } from './stop-on-signals.ts'
import { formatTrace } from './trace-printer.ts'

/**
 * Nobody looks at the figures of a single user: what it says and hears is printed as it happens, until every task has run or the first
 * thing fails.
 */
export async function runOne(system: System, prepared: Prepared, iterations: number): Promise<number> {
  const { plan, classes } = prepared
  const profile: RunPlan['profile'] = { kind: 'constant', users: 1, spawnRate: 1_000, runTime: runTimeOf(plan) }
  const one = { ...prepared, plan: { ...plan, profile }, classes: new Map([...classes].slice(0, 1)) }
  const print = (text: string) => void system.stdout.write(text)
  for (const warning of prepared.warnings) system.stderr.write(`katydid: ${redact(warning)}\n`)
  let failed = false
  const fail = (text: string, kind: EventKind = 'stopped_failed') => {
    if (failed) return
    failed = true
    master.event(kind, text)
    master.command({ kind: 'stop', reason: text, cause: 'user' })
  }
  events.userError.addListener(({ message, traceback }) => {
    print(`✗ ${redact(`${message}\n${traceback}`)}\n\n`)
    fail(`the first failure ended the run: ${message}`)
  })
  events.request.addListener(({ method, name, error }) => {
    if (error) fail(`the first failure ended the run: ${method} ${name}: ${error}`)
  })
  const pass = onePass(iterations)
  const pick: typeof pass = (holder, table) => {
    if (failed) throw new StopUser() // before the order to stop has come
    return pass(holder, table)
  }
  const log = await createLog({ format: 'pretty', level: 'info', redact })
  const sink = {
    start: () => print(`one ${[...one.classes.keys()][0]}\n\n`),
    interval: () => {},
    event: ({ kind, text }: Pick<RunEvent, 'kind' | 'text'>) => {
      // the pass ended the run, not the load file
      const ended = kind === 'stopped' && text.endsWith(passReason(iterations))
      print(ended ? `${passReason(iterations)}\n\n` : `! ${redact(text)}\n\n`)
      if (kind === 'used_up') fail('some tasks did not run as often as --iterations says', 'stopped_broken')
    },
    finish: async (_: unknown, judge: () => Verdict) => judge(),
  }
  const master: Master = localRun(
    one,
    { criteria: [new RunEvents(false)], sink, log },
    { trace: (exchange) => print(formatTrace(exchange)), pick },
  )
  const stopListening = stopOnSignals(system, master)
  const verdict = await master.run()
  stopListening()
  return verdict.exitCode
}

function runTimeOf({ profile }: RunPlan): number | undefined {
  return 'runTime' in profile ? profile.runTime : undefined
}
