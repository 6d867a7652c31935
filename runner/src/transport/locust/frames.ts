import { totalUsers } from '../../stats/user-counts.ts'
import type { WorkerState } from '../messages.ts'
import { type Encodable, encode, float } from './encode.ts'

/*
 * All frames that katydid sends, byte for byte as Python sends the same content. Only katydid peers get the extra key `katydid`.
 */

type Extra = { readonly [key: string]: Encodable | undefined }

/** `version` is Locust's version. -1 asks the master not to compare it with its own; boomer and locust4j send that too. */
export function clientReady(nodeId: string, version: string | -1 = -1): Buffer {
  return frame('client_ready', version, nodeId)
}

export function ack(nodeId: string, index: number, katydid?: Extra): Buffer {
  return frame('ack', { index, katydid }, nodeId)
}

export function workerHeartbeat(
  nodeId: string,
  { state, cpuPercent, rssBytes }: { state: WorkerState; cpuPercent: number; rssBytes: number },
  katydid?: Extra,
): Buffer {
  const data = { state, current_cpu_usage: float(cpuPercent), current_memory_usage: Math.round(rssBytes), katydid }
  return frame('heartbeat', data, nodeId)
}

export function masterHeartbeat(nodeId: string, katydid?: Extra): Buffer {
  return frame('heartbeat', only(katydid), nodeId)
}

export function spawning(nodeId: string): Buffer {
  return frame('spawning', null, nodeId)
}

export function workerSpawningComplete(nodeId: string, users: Readonly<Record<string, number>>): Buffer {
  const userCount = totalUsers(users)
  return frame('spawning_complete', { user_classes_count: users, user_count: userCount }, nodeId)
}

export function masterSpawningComplete(nodeId: string, userCount: number): Buffer {
  return frame('spawning_complete', { user_count: userCount }, nodeId)
}

/** What each `spawn` tells a Locust worker besides the numbers of users. */
export interface SpawnExtras {
  host: string | undefined
  stopTimeoutS: number
  /** Becomes `environment.parsed_options` there. Must hold no secrets: it travels in the clear. */
  parsedOptions: Readonly<Record<string, string | number | boolean | readonly string[] | null>>
}

export interface SpawnFrame extends SpawnExtras {
  /** Epoch s, strictly rising. */
  timestamp: number
  users: Readonly<Record<string, number>>
}

export function spawn(nodeId: string, { timestamp, users, host, stopTimeoutS, parsedOptions }: SpawnFrame): Buffer {
  const data = {
    timestamp: float(timestamp),
    user_classes_count: users,
    host: host ?? null,
    stop_timeout: float(stopTimeoutS),
    parsed_options: parsedOptions,
  }
  return frame('spawn', data, nodeId)
}

export function stop(nodeId: string): Buffer {
  return frame('stop', null, nodeId)
}

export function quit(nodeId: string, katydid?: Extra): Buffer {
  return frame('quit', only(katydid), nodeId)
}

export function clientStopped(nodeId: string): Buffer {
  return frame('client_stopped', null, nodeId)
}

export function workerQuit(nodeId: string): Buffer {
  return frame('quit', null, nodeId)
}

export function exception(nodeId: string, message: string, traceback: string): Buffer {
  return frame('exception', { msg: message, traceback }, nodeId)
}

export function stats(nodeId: string, payload: Encodable): Buffer {
  return frame('stats', payload, nodeId)
}

/** A message of a load file's own. */
export function custom(nodeId: string, type: string, data: unknown): Buffer {
  return frame(type, (data ?? null) as Encodable, nodeId)
}

function only(katydid: Extra | undefined): Encodable {
  return katydid ? { katydid } : null
}

function frame(type: string, data: Encodable, nodeId: string): Buffer {
  return encode([type, data, nodeId])
}

/** locust4j reads whole numbers of 32 bits and crashes on larger ones. */
export function withSmallInts(extras: SpawnExtras): SpawnExtras {
  const fits = (value: unknown) => !Number.isInteger(value) || (value as number) === ((value as number) | 0)
  const parsedOptions = Object.fromEntries(Object.entries(extras.parsedOptions).filter(([, value]) => fits(value)))
  return { ...extras, parsedOptions }
}
