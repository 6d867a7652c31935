import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

/** A worker's id in Locust's form. The part before the first `_` is the host, so that masters know which workers share a machine. */
export function nodeId(): string {
  return `${hostname().replaceAll('_', '-')}_${randomUUID().replaceAll('-', '')}`
}

/** The machine, or pod of an Indexed Job, in an id. */
export function hostOf(id: string): string {
  return id.split('_', 1)[0] as string
}
