import { StopTest } from '../environment/control-flow.ts'
import { instanceMistakes } from './class-mistakes.ts'
import type { ClassKind } from './class-words.ts'

/** By class: what its first instance showed. */
const known = new WeakMap<object, string | null>()

/**
 * Ends the run as broken where an instance of the load file has fields that say something nobody would hear: what is in a field is
 * known only once there is an instance, and making one beforehand might take a row of a feed.
 */
export function demandWords(kind: ClassKind, instance: object): void {
  let mistake = known.get(instance.constructor)
  if (mistake === undefined) {
    mistake = instanceMistakes(kind, instance).join('; ') || null
    known.set(instance.constructor, mistake)
  }
  if (mistake !== null) throw new StopTest(mistake, 'broken')
}
