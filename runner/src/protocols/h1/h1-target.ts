import type { LookupFunction } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { SocketBudget } from './socket-budget.ts'

/** Where connections go. One object for all users of a target. */
export interface H1Target {
  host: string
  port: number
  /** Present for https. */
  tls?: ConnectionOptions
  lookup?: LookupFunction
  connectTimeoutMs: number
  sockets: SocketBudget
}
