import { planOptions } from './options.ts'
import { suggest } from './suggest.ts'

type Env = Readonly<Record<string, string | undefined>>

const read = new Set(planOptions.flatMap(({ env }) => env))
/** Kubernetes puts the names of services into the environment of every pod. */
const isService = /_(SERVICE|PORT)(_|$)/

/** A variable with a slip in its name would be ignored in silence, and the run have another load. */
export function misspelledVariables(env: Env): string[] {
  return strangers(env).flatMap((name) => {
    const [prefix = ''] = /^[A-Z]+_/.exec(name) ?? []
    const known = [...read].filter((other) => other.startsWith(prefix)).map((other) => other.slice(prefix.length))
    const meant = suggest(name.slice(prefix.length), known)
    return meant === undefined ? [] : [`${name}: unknown environment variable: did you mean ${prefix}${meant}?`]
  })
}

/** The warning for Locust's variables that katydid does not read. */
export function unreadVariables(env: Env): string | undefined {
  const names = strangers(env).filter((name) => name.startsWith('LOCUST_') && !isService.test(name))
  if (names.length === 0) return undefined
  return `${names.join(', ')}: katydid does not read this. It reads these variables of Locust: ${[...read].filter((name) => name.startsWith('LOCUST_')).join(', ')}`
}

function strangers(env: Env): string[] {
  return Object.keys(env).filter((name) => /^(KATYDID|LOCUST)_./.test(name) && env[name] !== '' && !read.has(name))
}
