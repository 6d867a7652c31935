/** One source of settings: a values file, an environment variable or a flag. */
export interface Layer {
  /** As sentences name it: `values/soak.yaml`, `LOCUST_USERS`, `--users`. */
  readonly name: string
  /** What a flag or variable sets: a mistake there is named by it alone. Undefined for a file, which is named with the path. */
  readonly option?: Path
  readonly values: Values
}

export type Values = { [key: string]: unknown }
export type Path = readonly PropertyKey[]

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Layers put on each other as Helm merges values files: maps deep, lists and all else replaced, `null` deletes. It remembers which
 * layer each value came from, so that a mistake can be shown where it was made.
 */
export class LayeredValues {
  readonly values: Values = Object.create(null)
  readonly #origins = new Map<string, Layer>()

  add(layer: Layer): void {
    this.#merge(this.values, layer.values, layer, [])
  }

  at(path: Path): unknown {
    let value: unknown = this.values
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
      value = (value as Record<PropertyKey, unknown>)[key]
    }
    return value
  }

  /** The layer a value came from; where there is none, the one of what is around it. */
  originOf(path: Path): Layer | undefined {
    for (let length = path.length; length > 0; length--) {
      const origin = this.#origins.get(keyOf(path.slice(0, length)))
      if (origin) return origin
    }
    return undefined
  }

  #merge(into: Values, from: Values, layer: Layer, at: Path): void {
    for (const [key, value] of Object.entries(from)) {
      const path = [...at, key]
      if (value === null || value === undefined) {
        delete into[key]
        this.#origins.delete(keyOf(path))
        continue
      }
      this.#origins.set(keyOf(path), layer)
      if (!isMap(value)) {
        into[key] = value
        continue
      }
      // a map without a prototype: `__proto__` in a file is a key like any other
      const below = isMap(into[key]) ? into[key] : (into[key] = Object.create(null) as Values)
      this.#merge(below, value, layer, path)
    }
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}
