import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import type { CommandModule } from '../runner/src/cli/cli.ts'
import { loadSchema } from '../runner/src/plan/load-schema.ts'
import { planOptions } from '../runner/src/plan/options.ts'
import { profileSchema } from '../runner/src/plan/profile-schema.ts'
import { workersSchema } from '../runner/src/plan/values-schema.ts'
import type { System } from '../runner/src/system.ts'
import { parseThreshold } from '../runner/src/verdict/threshold-grammar.ts'

const root = new URL('../', import.meta.url).pathname
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = globSync('runner/docs/**/{*.md,llms.txt}', { cwd: root }).map((path) => ({ path, text: read(path) }))
const guides = pages.filter(({ path }) =>
  /\/(tutorial\.md|troubleshooting\.md|migrating-[\w-]+\.md|llms\.txt)$/.test(path),
)
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code = '']) => code)
const codes = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
const isRow = (line: string) => line.startsWith('|')
/** Words in code of a table's last column: ours, where the first has those of another tool. */
const ownCells = (text: string) =>
  text.split('\n').flatMap((line) => (isRow(line) ? codes(line.split(' | ').at(-1) ?? '') : []))
/** The same, and those of the sentences. */
const ownWords = (text: string) => {
  const lines = text.replaceAll(/^```.*?^```$/gms, '').split('\n')
  return [...ownCells(text), ...lines.flatMap((line) => (isRow(line) ? [] : codes(line)))]
}
const isThreshold = (text: string) => /^[^{].*[\w}"] (?:[<>]=?|=) ["\d.]/.test(text)

test('values files that the guides show are right', () => {
  const values = z.strictObject({ load: loadSchema.partial({ file: true }), workers: workersSchema.optional() })
  const shown = guides.flatMap(({ text }) => blocks(text, 'yaml').filter((code) => code.startsWith('load:')))
  assert.ok(shown.length > 3, `only ${shown.length}`)
  for (const code of shown) {
    const { thresholds } = values.parse(parse(code)).load
    for (const { that } of thresholds) parseThreshold(that)
  }
})

test('thresholds and profiles that the guides name are right', () => {
  const words = guides.flatMap(({ text }) => ownWords(text))
  const thresholds = words.filter(isThreshold)
  assert.ok(thresholds.length > 20, `only ${thresholds.length}`)
  for (const text of thresholds)
    parseThreshold(text.replace(/^--threshold '(.*)'$/, '$1').replace(/^"(.*: .*)"$/, '$1'))
  const maps = words.filter((word) => /^\{ (kind|that|rate|ramp|hold|users):/.test(word) && !word.includes('…'))
  assert.ok(maps.length > 15, `only ${maps.length}`)
  for (const text of maps) {
    const map = parse(text) as Record<string, unknown>
    if ('that' in map) for (const { that } of loadSchema.shape.thresholds.parse([map])) parseThreshold(that)
    else if ('kind' in map) profileSchema.parse(map)
    else {
      const isRate = 'rate' in map
      const first = isRate ? { rate: 1, hold: '1s' } : { users: 1, hold: '1s' }
      profileSchema.parse({
        kind: isRate ? 'arrivals' : 'stages',
        ...(isRate ? { maxUsers: 1 } : {}),
        stages: [first, map],
      })
    }
  }
})

test('commands that the guides show exist, with these flags', async () => {
  const flags = new Map<string, Set<string>>()
  const add = (name: string, some: Iterable<string | undefined>) =>
    flags.set(name, new Set([...some].filter((flag) => flag !== undefined)))
  for (const name of ['run', 'run-one', 'init', 'plan', 'bundle', 'master', 'target', 'verdict']) {
    const module: CommandModule = await import(`../runner/src/cli/${name}.ts`)
    const { options } = module.build({ stdout: process.stdout, stderr: process.stderr } as unknown as System, () => {})
    add(
      name,
      options.flatMap(({ short, long }) => [short, long]),
    )
  }
  add('worker', read('runner/src/cli/worker.ts').match(/--?[a-z][\w-]*/g) ?? [])
  const flagsIn = (text: string) => text.match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) ?? []
  const shown = guides.flatMap(({ text }) => [...text.matchAll(/(?:^ {4}|`|npx )katydid (?!calls)([\w-]+)([^`\n]*)/gm)])
  assert.ok(shown.length > 20, `only ${shown.length}`)
  for (const [, name = '', rest = ''] of shown) {
    assert.ok(flags.has(name), `there is no command ${name}`)
    for (const flag of flagsIn(rest.replaceAll(/#.*|'.*?'/g, '')))
      assert.ok(flags.get(name)?.has(flag), `${name} ${flag}`)
  }
  const every = new Set([...flags.values()].flatMap((some) => [...some]))
  const named = guides.flatMap(({ path, text }) => (path.includes('migrating') ? ownCells(text) : []))
  for (const flag of named.filter((code) => !code.startsWith('helm')).flatMap(flagsIn))
    assert.ok(every.has(flag), `there is no flag ${flag}`)
})

test('of the variables that Locust reads, the table names those that Katydid reads', () => {
  const page = guides.find(({ path }) => path.endsWith('from-locust.md'))?.text ?? ''
  const [, cell = ''] = /^\| `LOCUST_HOST`.*? \| (.*) \|$/m.exec(page) ?? []
  const named = [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => `LOCUST_${name}`)
  const read = planOptions.flatMap(({ env }) => env).filter((name) => name.startsWith('LOCUST_'))
  assert.deepEqual(named.sort(), read.sort())
})

test('files and folders that the contributing pages name are there', () => {
  const examples = new Set([
    'profile/steps.ts',
    'runner/src/outputs/markdown/markdown.ts',
    'markdown.test.ts',
    'idle-seconds.ts',
  ])
  const text = [
    '.github/CONTRIBUTING.md',
    'runner/docs/contributing/architecture.md',
    'runner/docs/contributing/extending.md',
  ]
    .map(read)
    .join('\n')
  const named = codes(text.replaceAll(/^ *```.*?^ *```$/gms, '')).filter(
    (code) => /^[\w.-]+\/[\w./-]*$/.test(code) || /^[\w-]+\.(?:[\w-]+\.)*ts$/.test(code),
  )
  assert.ok(named.length > 60, `only ${named.length}`)
  const every = globSync(
    ['.github/**', '.ci/**', 'chart/**', 'runner/{src,docs,design,examples}/**', 'scripts/**', 'test/**', 'values'],
    {
      cwd: root,
    },
  ).map((path) => `/${path}`)
  const isThere = (name: string) => every.some((path) => path.endsWith(`/${name.replace(/\/$/, '')}`))
  assert.deepEqual(
    [...new Set(named)].filter(
      (name) => name !== 'runner/' && !name.includes('NAME') && !examples.has(name) && !isThere(name),
    ),
    [],
  )
})

test('llms.txt has every page and every name that a load file can import', () => {
  const text = read('runner/docs/llms.txt')
  const repository = 'https://github.com/katydid/katydid/blob/main/'
  const links = [...text.matchAll(/\]\((.*?)\)/g)].map(([, link = '']) => link)
  for (const link of links) assert.ok(link.startsWith(repository) && read(link.slice(repository.length)), link)
  const missing = pages.filter(({ path }) => path !== 'runner/docs/README.md' && !path.endsWith('.txt'))
  assert.deepEqual(
    missing.filter(({ path }) => !links.includes(repository + path)).map(({ path }) => path),
    [],
  )
  const lists = [...read('runner/src/index.ts').matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map(
    ([, list = '']) => list,
  )
  const exported =
    lists
      .join()
      .match(/\w+/g)
      ?.filter((name) => name !== 'type') ?? []
  assert.deepEqual(
    exported.filter((name) => !text.includes(`\`${name}\``)),
    [],
  )
})
