import { inspect } from 'node:util'
import { KatydidError } from '../errors.ts'
import { suggest } from '../plan/suggest.ts'
import { addSecret, leastSecretLength } from '../secrets/redactions.ts'
import { shownValue } from '../tasks/shown-value.ts'
import { Choice } from './choice.ts'
import { coerce, type Declared, wanted } from './coerce.ts'
import { RequiredParameter } from './required.ts'
import { Secret } from './secret.ts'

/** @internal What a load file declares of one parameter. A secret's default is not told. */
export interface ParameterInfo {
  name: string
  type: 'string' | 'number' | 'boolean' | 'choice' | 'secret'
  default?: string | number | boolean
  /** It has no default: each run sets it. */
  required?: true
  /** Of a choice. */
  allowed?: readonly (string | number)[]
  /** Of a secret: the environment variable. */
  variable?: string
}

export type ParameterValue = string | number | boolean

/**
 * @internal What is asked of the load file's parameters and what it declares. Mistakes are noted, with the default in the value's
 * place, so that all of them can be told at once when the file is loaded.
 */
class ParameterBook {
  #overrides: Readonly<Record<string, unknown>> = {}
  #env: Readonly<Record<string, string | undefined>> = {}
  readonly #declared = new Map<string, ParameterInfo>()
  readonly #values = new Map<string, ParameterValue>()
  readonly #mistakes = new Map<string, string>()
  /** Results of `parameters()`: an exported one needs no second look. */
  readonly #made = new WeakSet<object>()

  override(values: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string | undefined>>): void {
    this.#overrides = values
    this.#env = env
    this.forgetDeclared()
  }

  forgetDeclared(): void {
    this.#declared.clear()
    this.#values.clear()
    this.#mistakes.clear()
  }

  /** Declares parameters and gives their values. */
  declare(defaults: Readonly<Record<string, unknown>>): Record<string, ParameterValue> {
    const values: Record<string, ParameterValue> = {}
    for (const [name, declared] of Object.entries(defaults)) {
      const value = declared instanceof Secret ? this.#secret(name, declared) : this.#plain(name, declared)
      if (value === undefined) continue
      values[name] = value
      this.#values.set(name, value)
    }
    this.#made.add(values)
    return this.#printable(values)
  }

  /** A plain object is printed without secrets, too. */
  hide(params: object): void {
    this.#printable(params as Record<string, ParameterValue>)
  }

  isMade(params: object): boolean {
    return this.#made.has(params)
  }

  get declared(): ParameterInfo[] {
    return [...this.#declared.values()]
  }

  get values(): Readonly<Record<string, ParameterValue>> {
    return Object.freeze(this.#printable(Object.fromEntries(this.#values)))
  }

  /** `console.log(params)` and a debugger show no secret. */
  #printable(values: Record<string, ParameterValue>): Record<string, ParameterValue> {
    const isSecret = (name: string) => this.#declared.get(name)?.type === 'secret'
    const shown = () =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isSecret(name) ? '[redacted]' : value]))
    return Object.isExtensible(values)
      ? Object.defineProperty(values, inspect.custom, { value: shown, enumerable: false, configurable: true })
      : values
  }

  /** Overrides of what nobody declared, once the whole file was read. */
  noteUndeclared(file: string): void {
    const names = [...this.#declared.keys()]
    for (const name of Object.keys(this.#overrides)) {
      if (this.#declared.has(name)) continue
      const meant = suggest(name, names)
      this.#mistakes.set(name, `${file} has no parameter ${name}${meant ? `: did you mean ${meant}?` : ''}`)
    }
  }

  /** @throws KatydidError PARAM with all mistakes so far */
  throwMistakes(): void {
    const mistakes = [...this.#mistakes.values()]
    if (mistakes.length === 0) return
    const [first] = mistakes
    const allowed = this.declared.map((info) => `${info.name}: ${describe(info)}`)
    const message = mistakes.length === 1 ? `Bad parameter: ${first}` : `${mistakes.length} bad parameters`
    const hint = [
      ...(mistakes.length > 1 ? mistakes : []),
      ...(allowed.length > 0 ? ['the load file declares these parameters:', ...allowed] : []),
    ]
    if (allowed.length === 0)
      hint.push(
        "the load file declares no parameters. To declare one: export const params = parameters({ tenant: 'blue' })",
      )
    throw new KatydidError('PARAM', message, { hint: hint.join('\n') })
  }

  #plain(name: string, declared: unknown): ParameterValue | undefined {
    const isRequired = declared instanceof RequiredParameter
    const like = isRequired ? declared.like : declared
    const isChoice = like instanceof Choice
    if (!isChoice && !['string', 'number', 'boolean'].includes(typeof like)) {
      const problem = isRequired ? 'is required(…) with' : 'has the default'
      this.#mistakes.set(name, `${name} ${problem} ${shownValue(like)}: use a text, a number, true or false`)
      return undefined
    }
    const known = like as Declared
    const fallback = isChoice ? like.fallback : (known as ParameterValue)
    const type = isChoice ? 'choice' : (typeof known as 'string' | 'number' | 'boolean')
    this.#declared.set(name, {
      ...{ name, type },
      ...(isRequired ? { required: true } : { default: fallback }),
      ...(isChoice ? { allowed: like.allowed } : {}),
    })
    if (!Object.hasOwn(this.#overrides, name)) {
      if (isRequired)
        this.#mistakes.set(
          name,
          `${name} is required and is not set: use --param ${name}=…, or load.params in a values file`,
        )
      return fallback
    }
    const value = coerce(this.#overrides[name], known)
    if (value !== undefined) return value
    this.#mistakes.set(name, `${name} is ${JSON.stringify(this.#overrides[name])} but must be ${wanted(known)}`)
    return fallback
  }

  #secret(name: string, { variable, fallback }: Secret): string {
    this.#declared.set(name, { name, type: 'secret', variable })
    const value = this.#env[variable]
    const isMissing = !value && fallback === undefined
    if (value) addSecret(value)
    const isShort = value !== undefined && value !== '' && value.trim().length < leastSecretLength
    if (Object.hasOwn(this.#overrides, name)) {
      const where = `set the environment variable ${variable}: reports never show it`
      this.#mistakes.set(name, `${name} is a secret: ${where}${isMissing ? '; it is not set there' : ''}`)
    } else if (isShort) {
      const why = `is a secret with fewer than ${leastSecretLength} characters, too short to be hidden in reports`
      this.#mistakes.set(name, `${name} ${why}: set a longer ${variable}`)
    } else if (isMissing) this.#mistakes.set(name, `${name} is a secret: set the environment variable ${variable}`)
    return value || (fallback ?? '')
  }
}

function describe({ type, default: fallback, allowed, variable, required }: ParameterInfo): string {
  if (type === 'secret') return `a secret, from ${variable}`
  const usual = required ? 'required' : `${type === 'choice' ? String(fallback) : JSON.stringify(fallback)} by default`
  if (type === 'choice') return `one of ${allowed?.join(', ')}; ${usual}`
  return `${{ string: 'a text', number: 'a number', boolean: 'true or false' }[type]}, ${usual}`
}

/** @internal Of the one load file in this process. */
export const parameterBook = new ParameterBook()

/** @internal A plain object exported as `params`: overrides are assigned in it. */
export function adoptPlainParams(params: unknown): void {
  if (typeof params !== 'object' || params === null)
    throw new KatydidError(
      'PARAM',
      `The load file exports params, which is ${params === null ? 'null' : `a ${typeof params}`}`,
      {
        hint: "export const params = parameters({ tenant: 'blue', rows: 10 })",
      },
    )
  if (parameterBook.isMade(params)) return
  // what came from a `parameters()` call, spread into the object, is declared already
  const known = new Set(parameterBook.declared.map(({ name }) => name))
  const added = Object.entries(params).filter(([name]) => !known.has(name))
  const values = parameterBook.declare(Object.fromEntries(added))
  if (Object.isFrozen(params)) {
    if (Object.entries(values).every(([name, value]) => (params as Record<string, unknown>)[name] === value)) return
    throw new KatydidError(
      'PARAM',
      'The load file exports a frozen object as params, so katydid cannot set values in it',
      {
        hint: 'write export const params = parameters({ … }): it returns a frozen object with the values',
      },
    )
  }
  Object.assign(params, values)
  parameterBook.hide(params)
}
