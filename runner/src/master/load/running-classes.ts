import { suggest } from '../../plan/suggest.ts'
import type { UserClassInfo } from '../../profile/class-sequence.ts'
import type { WorkerRecord } from '../workers/worker-record.ts'

export interface AskedClasses {
  /** The user classes that were to run. */
  names: readonly string[]
  /** Somebody chose them; else they are all that the load file has. */
  chosen: boolean
}

interface RunningClasses {
  classes: readonly UserClassInfo[]
  /** A sentence for each class that was to run and that workers of Locust have not: its part of the load would be missing in silence. */
  gaps: readonly string[]
}

type ReadyWorker = Pick<WorkerRecord, 'id' | 'kind' | 'classes'>

/**
 * The user classes that have users: those of the first worker that speaks our language, since of a Locust worker only names are known. Whoever
 * chose some wants no other, also where the locustfile has more; and workers whose locustfile has nothing in common with a load file of which
 * nobody chose any just run what they have. Our own workers have the master's load file, without what its tags leave no tasks.
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
      `user class ${name} runs on no worker: ${meant ? `did you mean ${meant}? ` : ''}they have ${has.join(', ')}`,
    ]
  const who = others.length > 0 ? `${first.id} and ${others.length} more` : first.id
  return [`user class ${name} is not on worker ${who}, which speaks Locust and has ${has.join(', ')}`]
}

function namesOf(classes: readonly UserClassInfo[]): string[] {
  return classes.map(({ name }) => name)
}
