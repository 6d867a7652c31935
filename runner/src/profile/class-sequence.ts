/** What spreading users over classes must know of a class. */
export interface UserClassInfo {
  name: string
  weight: number
  /** Exactly so many users, before any other class; 0 means by weight. */
  fixedCount: number
}

type Weighted = Pick<UserClassInfo, 'name' | 'weight'>

interface Place {
  readonly name: string
  readonly weight: number
  /** Weight and users so far. */
  size: number
  /** What one more user takes off the divergence: the most negative is chosen. */
  gain: number
}

/**
 * Classes in turn by weight, without end, as Locust deals them (dispatch.py, `_kl_generator`): each next user is of the class that leaves the
 * least Kullback–Leibler divergence from the weights.
 */
export class ClassSequence {
  readonly #places: readonly Place[]

  constructor(classes: readonly Weighted[]) {
    this.#places = classes
      .map(({ name, weight }) => placed({ name, weight, size: weight, gain: 0 }))
      .filter(({ weight }) => weight > 0)
  }

  /** Undefined where no class has a weight. */
  next(): string | undefined {
    let chosen = this.#places[0]
    for (const place of this.#places) if (goesBefore(place, chosen as Place)) chosen = place
    if (!chosen) return undefined
    chosen.size += 1
    placed(chosen)
    return chosen.name
  }
}

function placed(place: Place): Place {
  place.gain = place.weight * Math.log2(place.size / (place.size + 1))
  return place
}

/** Ties go as in Locust's heap. */
function goesBefore(a: Place, b: Place): boolean {
  if (a.gain !== b.gain) return a.gain < b.gain
  if (a.size !== b.size) return a.size < b.size
  if (a.weight !== b.weight) return a.weight < b.weight
  return a.name < b.name
}
