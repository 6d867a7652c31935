import { recordMetric } from './metrics.ts'

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
