import { KatydidError } from '../errors.ts'
import { currentRuntime } from './current-runtime.ts'

/** Distinct metrics a run may have: each is kept per worker, per second and in every report. */
const maxMetrics = 500

type Kind = 'counter' | 'rate' | 'trend' | 'gauge'

/** A sum. Made by `metrics.counter()`. */
export interface Counter {
  /** Adds `n`. Default: 1. `n` may be negative. */
  add(n?: number): void
}

/** The share of values that were `true`, from 0 to 1. Made by `metrics.rate()`. */
export interface Rate {
  /** Adds one value. */
  add(value: boolean): void
}

/** A distribution: percentiles, mean, minimum and maximum. You choose the unit. Made by `metrics.trend()`. */
export interface Trend {
  /** Adds one value. */
  add(value: number): void
}

/** A value of which only the newest counts. Made by `metrics.gauge()`. */
export interface Gauge {
  /** Sets the value. */
  set(value: number): void
}

const kinds = new Map<string, Kind>()

/**
 * Your own metrics. Every report shows them, and thresholds can use them (`cart_size: p95 < 20`). Create a metric anywhere. Add
 * values only while the run is on. A run can have 500 metrics.
 *
 *     const cartSize = metrics.trend('cart_size')
 *     cartSize.add(cart.items.length) // in a task
 *
 * Throws a KatydidError if a name has two kinds, if a value is not a finite number, or if the run has not begun.
 */
export const metrics = {
  /** Creates a sum: `metrics.counter('orders').add()`. */
  counter(name: string): Counter {
    register('counter', name)
    return { add: (n = 1) => recordMetric('counter', name, n) }
  },
  /** Creates a share of `true`: `metrics.rate('in_stock').add(true)`. */
  rate(name: string): Rate {
    register('rate', name)
    return { add: (value) => recordMetric('rate', name, value) }
  },
  /** Creates a distribution: `metrics.trend('cart_size').add(3)`. */
  trend(name: string): Trend {
    register('trend', name)
    return { add: (value) => recordMetric('trend', name, value) }
  },
  /** Creates a newest value: `metrics.gauge('queue_length').set(17)`. */
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
 * Records whether a condition held, and returns it. The result goes into a rate metric with this name, which thresholds can use.
 * `value` can also be a function (not async). If the function throws, the check counts as false and the error goes on.
 *
 *     check(page.status === 200, 'there is a page')
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
