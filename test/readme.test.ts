import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as katydid from '../runner/src/index.ts'
import { loadSchema } from '../runner/src/plan/load-schema.ts'
import { parseValues } from '../runner/src/plan/values-file.ts'
import { parseThreshold } from '../runner/src/verdict/threshold-grammar.ts'
import { runKatydid } from './run-katydid.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const doc = (name: string) => read(`runner/docs/${name}.md`)

function section(page: string, title: string): string {
  const text = doc(page)
    .split(/^## /m)
    .find((each) => each.startsWith(`${title}\n`))
  assert.ok(text, `there is no section ${title}`)
  return text
}

/** Names in code, without what a call of them says. */
const named = (text: string) => [...text.matchAll(/`(\w+)[^`]*`/g)].map(([, name]) => name as string)
const rows = [...section('api', 'What it imports').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(
  ([, name = '', text = '']) => ({
    name,
    text,
  }),
)
const rowOf = (name: string) => rows.find((row) => row.name === name)?.text ?? ''

test('api.md has every name that a load file may import, and no other', () => {
  const statements = [...read('runner/src/index.ts').matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
  const exported = statements.flatMap(([, list = '']) =>
    list.split(',').map((each) => each.trim().replace(/^type /, '')),
  )
  const names = exported.filter((name) => name !== '').sort()
  assert.ok(names.length > 40)
  for (const name of Object.keys(katydid)) assert.ok(names.includes(name), `${name} is exported some other way`)
  assert.deepEqual(rows.map(({ name }) => name).sort(), names)
})

test('what it says they have is what they have', () => {
  const fieldsOf = (path: string, type: string) => {
    const [, body = ''] =
      new RegExp(`^export interface ${type} \\{\\n(.*?)^\\}`, 'ms').exec(read(`runner/src/${path}`)) ?? []
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:<(]/gm)].map(([, name]) => name as string)
  }
  const has = (row: string, members: readonly string[]) => {
    assert.ok(members.length > 2, row)
    for (const name of members)
      assert.ok(new RegExp(`\\b${name}\\b`).test(rowOf(row)), `${row}.${name} is not in api.md`)
  }
  has('events', Object.keys(katydid.events))
  has('RequestOptions', fieldsOf('protocols/http-options.ts', 'RequestOptions'))
  assert.deepEqual(
    named(rowOf('RequestOptions')).sort(),
    fieldsOf('protocols/http-options.ts', 'RequestOptions').sort(),
  )
  has('Environment', fieldsOf('environment/environment.ts', 'Environment'))
  assert.deepEqual(named(rowOf('Environment')).sort(), fieldsOf('environment/environment.ts', 'Environment').sort())
  has('FeedOptions', fieldsOf('feeds/feed-spec.ts', 'FeedOptions'))
  has('LoadFileMessage', fieldsOf('environment/mailbox.ts', 'LoadFileMessage'))
  for (const name of named(rowOf('events')).slice(1, -1)) assert.ok(name in katydid.events, name)
})

const thresholds = section('thresholds-and-verdict', 'Thresholds')

test('every threshold that the README shows is one', () => {
  const isOne = /[\w}"] (?:[<>]=?|==?) ["\d.]/
  const shown = [...thresholds.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => (isOne.test(code) ? [code] : []))
  assert.ok(shown.length > 40, `only ${shown.length}`)
  for (const text of shown) parseThreshold(text.replace(/^--threshold '(.*)'$/, '$1'))
  const [, yaml = ''] = /^```yaml\n(.*?)^```$/ms.exec(thresholds) ?? []
  const { load } = parseValues(yaml, 'thresholds-and-verdict.md') as { load: { thresholds: object[] } }
  const plan = loadSchema.pick({ thresholds: true }).parse(load)
  assert.equal(plan.thresholds.length, 5)
  for (const { that } of plan.thresholds) parseThreshold(that)
})

test('those of its commands, too', () => {
  const shown = [...doc('thresholds-and-verdict').matchAll(/--threshold '([^']+)'/g)].map(([, text = '']) => text)
  assert.ok(shown.length >= 3)
  for (const text of shown) parseThreshold(text)
})

test('every measure, selector and operator is in the README', () => {
  const hint = (text: string): string => {
    try {
      parseThreshold(text)
    } catch (error) {
      return (error as { hint?: string }).hint ?? ''
    }
    throw new Error(`${text} is a threshold`)
  }
  const words = hint('p95x < 1')
    .replace(/^use |, or .*$/g, '')
    .split(', ')
    .slice(1)
  assert.ok(words.includes('fail_ratio') && words.length > 10)
  const inTable = [...thresholds.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) => named(cell))
  assert.deepEqual(inTable.filter((word) => !/^p\d/.test(word)).sort(), words.sort())
  for (const selector of hint('p95{x} < 1').match(/\{\w+\}/g) ?? []) assert.ok(thresholds.includes(`p95${selector} <`))
  for (const text of ['p1 < 1', 'p99.9999 < 1', 'p100 < 1']) parseThreshold(text)
  for (const text of ['p0 < 1', 'p99.99999 < 1', 'p101 < 1']) assert.throws(() => parseThreshold(text), text)
})

test('commands that the pages show have the flags that they are shown with', async () => {
  const first = read('README.md')
  const pages = ['thresholds-and-verdict', 'distributed', 'prometheus-and-opentelemetry'].map(doc)
  const shown = [...[first, ...pages].join('\n').matchAll(/^ {4}katydid ([\w-]+)(.*)$/gm)].map(
    ([, command = '', rest = '']) => ({
      command,
      rest,
    }),
  )
  assert.ok(shown.length > 10)
  const flagsOf = (text: string) => new Set(text.match(/(?<![\w-])--?[a-zA-Z][\w-]*/g))
  const helps = new Map<string, Set<string>>()
  for (const command of new Set(shown.map(({ command }) => command)))
    helps.set(command, flagsOf((await runKatydid([command, '--help'], { json: false })).stdout))
  for (const { command, rest } of shown)
    for (const flag of flagsOf(rest.replace(/#.*|'.*?'/g, '')))
      assert.ok(helps.get(command)?.has(flag), `${command} ${flag}`)
})

test('the load file of the first page is one, and its types are right', async () => {
  const [, file = ''] = /^```ts\n(.*?)^```$/ms.exec(read('README.md')) ?? []
  const args = ['run', 'shop.ts', '--typecheck', '-l', '-H', 'http://shop.test']
  const { exitCode, stdout, stderr } = await runKatydid(args, { files: { 'shop.ts': file }, json: false })
  assert.equal(exitCode, 0, stderr)
  assert.equal(stdout.trim(), 'Shopper')
})

test('what requests.md shows of a response is what a task may do', async () => {
  const [, body = ''] = /^```ts\n(.*?)^```$/ms.exec(doc('requests')) ?? []
  const file = `import { HttpUser, task } from 'katydid'\nexport class A extends HttpUser {\n@task async cart() {\n${body}}\n}\n`
  const args = ['run', 'a.ts', '--typecheck', '-l', '-H', 'http://shop.test']
  const { exitCode, stderr } = await runKatydid(args, { files: { 'a.ts': file }, json: false })
  assert.equal(exitCode, 0, stderr)
})
