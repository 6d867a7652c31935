/** The tables of runner/docs/command-line.md: made of the commands' own flags and of the plan's options. */
import { readFileSync, writeFileSync } from 'node:fs'
import { Command, type Option } from 'commander'
import { type CommandModule, commands } from '../runner/src/cli/cli.ts'
import { addLoadFlags } from '../runner/src/cli/load-flags.ts'
import { addReportFlags } from '../runner/src/cli/report-flags.ts'
import { jsonSchema } from '../runner/src/plan/json-schema.ts'
import { planOptions } from '../runner/src/plan/options.ts'
import type { System } from '../runner/src/system.ts'
import { cell, code, withTablesIn } from './page-tables.ts'

interface Schema {
  default?: unknown
  properties?: Record<string, Schema>
}

export const commandLinePage = new URL('../runner/docs/command-line.md', import.meta.url)

const sentence = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`

/** What a values file has there if nobody sets it. */
function schemaDefault(path: readonly string[]): unknown {
  return path.reduce<Schema | undefined>((schema, key) => schema?.properties?.[key], jsonSchema() as Schema)?.default
}

function defaultOf(option: Option | undefined, path: readonly string[] = []): string {
  const value = schemaDefault(path) ?? option?.defaultValue
  if (value === undefined || typeof value === 'boolean') return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return ['', '[]', '{}'].includes(text) ? '' : code(text)
}

function meaningOf({ description, argChoices }: Option): string {
  const untold = argChoices?.filter((choice) => !description.includes(choice)) ?? []
  return untold.length > 0 ? `${description}: ${argChoices?.join(', ')}` : description
}

const build = async (load: () => Promise<CommandModule>) =>
  (await load()).build({ args: [], env: {} } as unknown as System, () => {})

const isPlanOption = (long: string | null | undefined) => planOptions.some(({ flag }) => flag === long)

/** The flags that make a plan, with every other place where each can be set. */
async function loadTable(): Promise<string> {
  const { options, registeredArguments } = await build(commands.master as () => Promise<CommandModule>)
  const flagOf = (long: string) => options.find((option) => option.long === long)
  const values = options.find(({ long }) => long === '--values') as Option
  const rows = planOptions.map(({ flag, env, path }) => {
    const option = flagOf(flag)
    const argument = registeredArguments.find((each) => each.name() === flag.toLowerCase())
    const meaning = option ? meaningOf(option) : (argument?.description ?? '')
    return [
      code(option?.flags ?? flag),
      env.map(code).join(', '),
      code(path.join('.')),
      defaultOf(option, path),
      meaning,
    ]
  })
  return [
    '| flag | environment variable | values file | default | meaning |',
    '|---|---|---|---|---|',
    `| ${code(values.flags)} | | | | ${values.description} |`,
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  ].join('\n')
}

function flagsTable(options: readonly Option[]): string[] {
  return [
    '| flag | default | meaning |',
    '|---|---|---|',
    ...options.map(
      (option) => `| ${[code(option.flags), defaultOf(option), meaningOf(option)].map(cell).join(' | ')} |`,
    ),
  ]
}

const reportTable = () => flagsTable(addReportFlags(new Command()).options).join('\n')

/** Each command with the flags that no other group has. */
async function commandSections(): Promise<string> {
  const shared = { load: addLoadFlags(new Command()).options, report: addReportFlags(new Command()).options }
  const knows = (command: Command, group: readonly Option[]) =>
    group.every(({ long }) => command.options.some((option) => option.long === long))
  const sections: string[] = []
  for (const load of Object.values(commands)) {
    const command = await build(load)
    const name = command.name()
    const usage = `    katydid ${name} ${command.usage()}`
    const groups = [
      knows(command, shared.load) ? '[load flags](#load-flags)' : '',
      knows(command, shared.report) ? '[report flags](#report-flags)' : '',
    ].filter((group) => group !== '')
    const others = [...shared.load, ...(groups.length > 1 ? shared.report : [])].map(({ long }) => long)
    const own =
      groups.length === 0
        ? command.options
        : command.options.filter(({ long }) => !others.includes(long) && !isPlanOption(long))
    const taken = groups.length > 0 ? [`It takes the ${groups.join(' and the ')}.`, ''] : []
    sections.push(`### katydid ${name}`, '', sentence(command.description()), '')
    if (name === 'worker') sections.push(...(await workerHelp()))
    else sections.push(usage, '', ...taken, ...(own.length > 0 ? [...flagsTable(own), ''] : []))
  }
  return sections.join('\n').trimEnd()
}

/** The worker's command does without commander, and so its help is a text. */
async function workerHelp(): Promise<string[]> {
  const { help } = await import('../runner/src/cli/worker.ts')
  return [
    ...help
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `    ${line}`)),
    '',
  ]
}

/** The page with each table between its marks. */
export const withCommandLine = async (page: string) =>
  withTablesIn(page, { load: await loadTable(), report: reportTable(), commands: await commandSections() })

// `npm run schema`
if (import.meta.main) {
  writeFileSync(commandLinePage, await withCommandLine(readFileSync(commandLinePage, 'utf8')))
  process.stdout.write(`${commandLinePage.pathname}: ${readFileSync(commandLinePage).length} bytes\n`)
}
