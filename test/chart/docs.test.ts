import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseValues } from '../../runner/src/plan/values-file.ts'
import { chartSchemaText } from '../../scripts/chart-schema.ts'
import { helms, root } from './helm.ts'
import { renderMany } from './render-many.ts'
import { keysBelow, type Schema, schemasAt } from './schema-paths.ts'

const schema = JSON.parse(chartSchemaText()) as Schema
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const names = [
  'chart/README.md',
  'README.md',
  ...globSync('runner/docs/{kubernetes*,ci,github-actions,gitops,cleaning-up,troubleshooting}.md', { cwd: root }),
]
const pages = names.map((name) => ({ name, text: read(name) }))

const blocks = (text: string) => [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block)

test('values that the pages show are rendered by the chart', { skip: helms.every(({ skip }) => skip) }, () => {
  const ofChart = pages.filter(({ name }) => /kubernetes|chart/.test(name))
  const shown = ofChart.flatMap(({ name, text }) => blocks(text).map((block) => parseValues(block, name)))
  assert.ok(shown.length >= 25, `only ${shown.length}`)
  for (const { path, skip } of helms)
    if (!skip)
      renderMany(
        path,
        shown.map((values) => ['smoke.yaml', 'kind.yaml', values]),
      )
})

/** `registry.{server,user}` is two values, and `pods.*.sidecars` is one of each role. */
const eachOf = (path: string): string[] => {
  const [all, list] = /\{([\w,]+)\}|\*/.exec(path) ?? []
  if (all === undefined) return [path]
  const above = path.slice(0, path.indexOf(all) - 1).split('.')
  const parts = list?.split(',') ?? schemasAt(schema, above).flatMap((each) => [...keysBelow(each)])
  return parts.flatMap((part) => eachOf(path.replace(all, part)))
}
/** These are in result.json. */
const ofResult = ['run.token', 'run.loadFile.sha256']
const isValue = (path: string) => {
  const keys = path.replaceAll(/\[\d+\]/g, '').split('.')
  // below a map of labels, or what is of Kubernetes, there are any keys
  return keys.some((_, index) => {
    const found = schemasAt(schema, keys.slice(0, index + 1))
    return found.length > 0 && (index === keys.length - 1 || found.every(({ properties }) => !properties))
  })
}

test('values that the pages name are values of the chart', () => {
  const top = keysBelow(schema)
  let count = 0
  for (const { name, text } of pages) {
    const named = [...text.matchAll(/`([a-z]\w*(?:\.[\w{},*]+)+)(?:: [^`]*)?`/g)].map(([, path = '']) => path)
    const isHere = (path: string) =>
      top.has(path.split('.')[0] as string) && !ofResult.includes(path) && !/\.(ts|js|yaml|csv|json|bundle)$/.test(path)
    const set = [...text.matchAll(/--set(?:-string|-json|-file|-literal)? '?([\w.[\]{},]+?)=/g)].map(
      ([, path = '']) => path,
    )
    for (const path of [...named.filter(isHere), ...set].flatMap(eachOf)) {
      count++
      assert.ok(isValue(path), `${name}: ${path}`)
    }
  }
  assert.ok(count > 150, `only ${count}`)
})

test('values files and flags of scripts/install that the pages name are there', () => {
  const script = read('scripts/install')
  for (const { name, text } of pages) {
    for (const [, file = ''] of text.matchAll(/-f (?:\.katydid\/)?(values\/[\w.-]+)/g))
      assert.ok(existsSync(join(root, file)), `${name}: ${file}`)
    const lines = text.replaceAll('\\\n', '').split('\n')
    for (const line of lines.filter((each) => /^ {4}scripts\/install /.test(each)))
      for (const [flag] of line.replace(/ -- .*| #.*/, '').matchAll(/(?<= )--?[a-z][\w-]*/g))
        assert.ok(new RegExp(`[ |]${flag}[ |)]`).test(script), `${name}: ${flag}`)
  }
  const table = read('runner/docs/ci.md').split('| flag | meaning |')[1] ?? ''
  const flags = [...table.matchAll(/^\| (`-.*?) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(--?[\w-]+)`/g)])
  assert.ok(flags.length > 12)
  for (const [, flag] of flags) assert.ok(new RegExp(`[ |]${flag}[ |)]`).test(script), flag)
})
