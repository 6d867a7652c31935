import { z } from 'zod'
import { asList, type OptionField, optionFields } from './option.ts'
import { valuesSchema } from './values-schema.ts'

export type FlagValue = string | number | boolean | readonly string[] | Readonly<Record<string, string>>

/** What the command line says of a plan, as it was typed: the `name` of each option that was given. `undefined` is "not said". */
export type PlanFlags = Readonly<Record<string, FlagValue | undefined>> & { readonly file?: string | undefined }

/** An option of a plan, wherever it is said. */
export interface PlanOption {
  /** Its name among `PlanFlags`. */
  name: string
  /** Its name on the command line: `--max-redirects`, or that of the argument. */
  flag: string
  /** As commander writes it: `-r, --spawn-rate <rate>`. */
  flags: string
  help: string
  /** What it can be, where that is one of a few words. */
  choices: readonly string[]
  /** Given once for each value, and not once with all of them. */
  repeated: boolean
  /** Names in the environment; the first that is set counts. */
  env: readonly string[]
  /** What it sets in the values. */
  path: readonly string[]
  /** Of a profile's options: the kinds that have it. */
  kinds: readonly string[]
  /** Only the master's command line has it. */
  master: boolean
  /** From the text of a flag or variable to what a values file would have there. */
  parse: (text: string) => unknown
}

/** Every option, with its flag, its variables and its place in the values. */
export const planOptions: readonly PlanOption[] = optionFields(valuesSchema).map(toOption)

function toOption({ row, path, type, kinds }: OptionField): PlanOption {
  const flag = /--[a-z0-9-]+/.exec(row.flags)?.[0] ?? row.flags
  const words = flag.replace(/^--(no-)?/, '').toLowerCase()
  const env = row.env ?? (path[1] === 'http' ? `HTTP_${snakeCase(path[2] as string)}` : snakeCase(words))
  return {
    name: row.name ?? words.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    flag,
    flags: row.flags,
    help: row.help ?? '',
    choices: type instanceof z.ZodEnum ? type.options.map(String) : [],
    repeated: (type instanceof z.ZodArray || type instanceof z.ZodRecord) && !row.flags.includes('...'),
    env: row.locust ? [`KATYDID_${env}`, `LOCUST_${env}`] : [`KATYDID_${env}`],
    path,
    kinds,
    master: row.master ?? false,
    parse: row.parse ?? parserOf(type),
  }
}

/** `MAX_REDIRECTS` of `maxRedirects` and of `max-redirects`. */
function snakeCase(name: string): string {
  return name
    .replaceAll('-', '_')
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()
}

function parserOf(type: z.ZodType): PlanOption['parse'] {
  if (type instanceof z.ZodNumber) return asNumber
  if (type instanceof z.ZodBoolean) return asFlag
  if (type instanceof z.ZodArray) return asList
  return (text) => text
}

/** Text that is no number stays text: the schema says what is wrong with it. */
function asNumber(text: string): unknown {
  return /^\s*[-+]?[0-9]/.test(text) && !Number.isNaN(Number(text)) ? Number(text) : text
}

function asFlag(text: string): unknown {
  return { '1': true, true: true, '0': false, false: false }[text.toLowerCase()] ?? text
}
