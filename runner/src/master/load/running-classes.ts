import { suggest } from '../../plan/suggest.ts'
import type { UserClassInfo } from '../../profile/class-sequence.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'

export interface AskedClasses {
  /** The user classes that were to run. */
  names: readonly string[]
  /** They were chosen. Otherwise they are all that the load file has. */
  chosen: boolean
}

interface RunningClasses {
  classes: readonly UserClassInfo[]
  /** One sentence for each class that should run and that a Locust worker does not have: its part of the load would be missing. */
  gaps: readonly string[]
}

type ReadyWorker = Pick<WorkerRecord, 'id' | 'kind' | 'classes'>

/**
 * Which user classes get users: those of the first katydid worker, since a Locust worker only tells their names. If classes were chosen, no
 * others run, even if the locustfile has more. If none were chosen and the locustfile shares no class with the load file, Locust workers run
 * what they have. Katydid workers have the master's load file, without classes whose tasks are all excluded by tags.
 */
export function runningClasses(
  workers: readonly ReadyWorker[],
  { names, chosen }: AskedClasses = { names: [], chosen: false },
): RunningClasses {
  const own = workers.find(({ kind }) => kind !== 'locust')
  const found = (own ?? workers[0])?.classes ?? []
  const running = namesOf(found)
  const wanted = own || (!chosen && !names.some((name) => running.includes(name))) ? running : names
  const locust = workers.filter(({ kind }) => kind === 'locust')
  return {
    classes: chosen ? found.filter(({ name }) => names.includes(name)) : found,
    gaps: wanted.flatMap((name) => gap(name, workers, locust)),
  }
}

function gap(name: string, workers: readonly ReadyWorker[], locust: readonly ReadyWorker[]): string[] {
  const without = locust.filter(({ classes }) => !namesOf(classes).includes(name))
  const [first, ...others] = without
  if (!first) return []
  const has = namesOf(first.classes)
  const meant = suggest(name, has)
  if (without.length === workers.length)
    return [
      `user class ${name} runs on no worker: ${meant ? `did you mean ${meant}? ` : ''}the workers have ${has.join(', ')}`,
    ]
  const who = others.length > 0 ? `${first.id} and ${others.length} more` : first.id
  return [`user class ${name} is not on worker ${who}, which speaks Locust and has ${has.join(', ')}`]
}

function namesOf(classes: readonly UserClassInfo[]): string[] {
  return classes.map(({ name }) => name)
}
