import type { z } from 'zod'
import type { LayeredValues, Path } from './layers.ts'
import { planOptions } from './options.ts'
import { quote } from './quote.ts'
import { suggest } from './suggest.ts'
import { unknownKeySentence } from './unknown-key.ts'

type Issue = z.core.$ZodIssue

/** What zod found, as one sentence a mistake: `values/soak.yaml: load.profile.users: must be a whole number …, not -5`. */
export function mistakesOf(issues: readonly Issue[], values: LayeredValues): string[] {
  // a number may be wrong in two ways that one sentence covers
  return [...new Set(issues.flatMap((issue) => sentences(issue, values)))]
}

/** A sentence, with the place in front: the file and path, or the flag or variable that said it. */
export function placed(values: LayeredValues, path: Path, sentence: string): string {
  const origin = values.originOf(path)
  if (origin && !origin.option) return `${origin.name}: ${pathText(path)}: ${sentence}`
  if (origin?.option?.every((key, depth) => key === path[depth])) return `${origin.name}: ${sentence}`
  const flag = planOptions.find((option) => option.path.join() === path.join())?.flag
  return `${pathText(path)}${flag?.startsWith('--') ? ` (${flag})` : ''}: ${sentence}`
}

function sentences(issue: Issue, values: LayeredValues): string[] {
  const { path } = issue
  const value = values.at(path)
  const say = (sentence: string) => [placed(values, path, sentence)]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => placed(values, [...path, key], unknownKeySentence(values, path, key)))
    case 'invalid_union': {
      const meant = unquoted(value)
      if (meant) return say(`put quotes around a threshold with a colon: ${quote(meant)}`)
      if (issue.discriminator) return say(choice(optionsOf(issue), value))
      const branch = issue.errors.find((errors) => !errors.some((error) => error.path.length === 0 && isType(error)))
      if (!branch) return say(must(issue.message, value))
      return mistakesOf(
        branch.map((error) => ({ ...error, path: [...path, ...error.path] })),
        values,
      )
    }
    case 'invalid_value':
      return say(choice(issue.values.map(String), value))
    case 'custom':
      return say(issue.params?.must ? must(issue.message, value) : issue.message)
    case 'invalid_type':
      return say(must(issue.expected === 'object' ? 'a map' : issue.message, value))
    default:
      return say(must(issue.message, value))
  }
}

function must(be: string, value: unknown): string {
  return value === undefined ? `is missing: must be ${be}` : `must be ${be}, not ${quote(value)}`
}

function choice(options: readonly string[], value: unknown): string {
  const list = `${options.slice(0, -1).join(', ')}${options.length > 1 ? ' or ' : ''}${options.at(-1)}`
  const meant = typeof value === 'string' ? suggest(value, options) : undefined
  return `${must(list, value)}${meant ? ` (did you mean ${meant}?)` : ''}`
}

/** `- GET /products: p99 < 1s` without quotes is a map with one key to YAML. */
function unquoted(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const [[key, text] = ['', undefined], ...more] = Object.entries(value)
  const isThreshold = more.length === 0 && typeof text === 'string' && /[<>=]/.test(text)
  return isThreshold && !['that', 'window', 'after'].includes(key) ? `${key}: ${text}` : undefined
}

/** The kinds of a discriminated union: zod reports them, its types do not say so. */
function optionsOf(issue: Issue): string[] {
  return 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []
}

function isType(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}

/** `load.profile.stages[1].ramp` */
function pathText(path: Path): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else text += text === '' ? String(key) : `.${String(key)}`
  }
  return text
}
