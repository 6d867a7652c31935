import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

/** A worker's id as Locust's are: the host's name up to the first `_` tells masters which workers share a machine. */
export function nodeId(): string {
  return `${hostname().replaceAll('_', '-')}_${randomUUID().replaceAll('-', '')}`
}

/** Which machine, or pod of an Indexed Job, an id names. */
export function hostOf(id: string): string {
  return id.split('_', 1)[0] as string
}
