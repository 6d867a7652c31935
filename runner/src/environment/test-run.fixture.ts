import { Meter } from '../stats/meter.ts'
import { Recorder } from '../stats/recorder.ts'
import type { StopTest } from './control-flow.ts'
import type { Runtime } from './environment.ts'
import { RunEnvironment } from './run-environment.ts'
import type { TagFilter } from './tag-filter.ts'

/** A run for the tests of this folder (it has none of its own): a real meter, and a record of what was asked of it. */
export interface TestRun {
  runtime: Runtime
  recorder: Recorder
  meter: Meter
  stops: { reason: string; outcome: string }[]
  listenerErrors: { hook: string; error: unknown }[]
}

export function testRun(
  options: { tags?: TagFilter; http?: Runtime['http']; host?: string | undefined } = {},
): TestRun {
  const recorder = new Recorder()
  const meter = new Meter(recorder)
  const stops: TestRun['stops'] = []
  const listenerErrors: TestRun['listenerErrors'] = []
  const environment = new RunEnvironment({
    host: 'host' in options ? options.host : 'http://plan.test',
    role: 'local',
    meter,
    params: { tenant: 'blue' },
    onStop: (reason, outcome) => stops.push({ reason, outcome }),
  })
  const runtime: Runtime = {
    environment,
    end: (stop: StopTest) => environment.end(stop),
    meter,
    http: options.http,
    tags: options.tags,
    onListenerError: (hook, error) => listenerErrors.push({ hook, error }),
  }
  return { runtime, recorder, meter, stops, listenerErrors }
}

/** Waits until something holds, or fails after `withinMs`. */
export async function until(holds: () => boolean, withinMs = 30_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`still not so after ${withinMs} ms: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
