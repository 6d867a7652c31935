import { KatydidError } from '../errors.ts'
import { currentRuntime } from './current-runtime.ts'

/** Distinct metrics a run may have: each is kept per worker, per second and in every report. */
const maxMetrics = 500

type Kind = 'counter' | 'rate' | 'trend' | 'gauge'

/** Adds up. */
export interface Counter {
  /** Adds `n`, 1 by default; may be negative. */
  add(n?: number): void
}

/** The share of `true` among what was added. */
export interface Rate {
  add(value: boolean): void
}

/** A distribution: percentiles, mean, least and greatest, in the user's own unit. */
export interface Trend {
  add(value: number): void
}

/** The newest value. */
export interface Gauge {
  set(value: number): void
}

const kinds = new Map<string, Kind>()

/**
 * Metrics of the user's own, shown in every report and usable in thresholds (`cart_size: p95 < 20`). Make one anywhere, record
 * while the run is on. A name is of one kind; values are finite: a KatydidError otherwise.
 */
export const metrics = {
  counter(name: string): Counter {
    register('counter', name)
    return { add: (n = 1) => recordMetric('counter', name, n) }
  },
  rate(name: string): Rate {
    register('rate', name)
    return { add: (value) => recordMetric('rate', name, value) }
  },
  trend(name: string): Trend {
    register('trend', name)
    return { add: (value) => recordMetric('trend', name, value) }
  },
  gauge(name: string): Gauge {
    register('gauge', name)
    return { set: (value) => recordMetric('gauge', name, value) }
  },
}

/** @internal Forgets all names; for a process that loads a second load file. */
export function forgetMetrics(): void {
  kinds.clear()
}

/** @internal Those made so far; a load file makes most of them at its top. */
export function metricKinds(): ReadonlyMap<string, Kind> {
  return kinds
}

/** @internal Records one value; `check` comes here without an object of its own. */
function recordMetric(kind: Kind, name: string, value: number | boolean): void {
  register(kind, name)
  const runtime = currentRuntime()
  if (!runtime)
    throw new KatydidError('LOAD_FILE', `Metric ${name} got a value before the run began`, {
      hint: 'create metrics anywhere, but add values only in tasks, hooks, setup() or teardown()',
    })
  const { recorder } = runtime.meter
  if (kind === 'rate') recorder.rate(name, Boolean(value))
  else if (typeof value === 'number' && Number.isFinite(value)) recorder[kind](name, value)
  else
    throw new KatydidError('LOAD_FILE', `Metric ${name} got the value ${String(value)}, which is not a finite number`, {
      hint: `give a ${kind} finite numbers`,
    })
}

function register(kind: Kind, name: string): void {
  const known = kinds.get(name)
  if (known === kind) return
  if (known !== undefined)
    throw new KatydidError('LOAD_FILE', `Metric ${name} is used as a ${kind} and as a ${known}`, {
      hint: 'use one kind for each name. A check is a rate',
    })
  if (typeof name !== 'string' || name.trim() === '')
    throw new KatydidError('LOAD_FILE', `A ${kind} needs a name`, { hint: `for example metrics.${kind}('cart_size')` })
  if (kinds.size >= maxMetrics)
    throw new KatydidError('LOAD_FILE', `Metric ${name} is one too many: the limit is ${maxMetrics} metrics`, {
      hint: `remove ids and other values from the names of metrics`,
    })
  kinds.set(name, kind)
}

/**
 * Records whether something held, as a rate metric called `name` (usable in thresholds), and returns it. A function is called;
 * one that throws counts as not held and its error goes on.
 */
export function check(value: unknown, name: string): boolean {
  let held = false
  try {
    held = Boolean(typeof value === 'function' ? value() : value)
  } finally {
    recordMetric('rate', name, held)
  }
  return held
}
