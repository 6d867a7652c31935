import { mock } from 'node:test'
import type { Load } from '../profile/profile.ts'
import { RunEvents } from '../verdict/run-events.ts'
import type { RunHooks } from './hooks.ts'
import { plan, RecordingSink, type ScriptedWorker, sourceOf } from './master.fixture.ts'
import { Master } from './master.ts'
import type { MasterOptions } from './master-options.ts'

/** Every hook of a run, in its order. */
export const hookNames = [
  'init',
  'setup',
  'testStart',
  'testStopping',
  'teardown',
  'testStop',
  'quitting',
  'quit',
] as const
/** A load for so long, and none after it. */
export const forMs = (ms: number, load: Load = { users: 4 }) => sourceOf((at) => (at < ms ? load : undefined))

/** A master in front of scripted workers; `called` is what was called of its hooks. */
export function rig(workers: ScriptedWorker[], more: Partial<MasterOptions> & { failing?: Partial<RunHooks> } = {}) {
  const { failing, ...options } = more
  const called: string[] = []
  const say = (name: string) => async () => void called.push(name)
  const hooks: RunHooks = {
    init: say('init'),
    setup: async () => {
      called.push('setup')
      return { token: 1, at: new Date(0), nothing: undefined }
    },
    testStart: say('testStart'),
    spawningComplete: (users) => called.push(`spawningComplete ${users}`),
    resetStats: () => called.push('resetStats'),
    testStopping: say('testStopping'),
    teardown: async (data) => void called.push(`teardown ${JSON.stringify(data)}`),
    testStop: say('testStop'),
    quitting: say('quitting'),
    quit: (exitCode) => called.push(`quit ${exitCode}`),
    ...failing,
  }
  const sink = new RecordingSink()
  const log = { ...Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((l) => [l, mock.fn()])) }
  const master = new Master({
    plan: plan(),
    source: forMs(150),
    durationMs: 150,
    criteria: [new RunEvents(true)],
    hooks,
    sink,
    log: log as unknown as MasterOptions['log'],
    drainGraceMs: 100,
    ...options,
  })
  for (const [i, worker] of workers.entries()) master.join(`w${i}`, worker.masterEnd)
  return { master, sink, called }
}
