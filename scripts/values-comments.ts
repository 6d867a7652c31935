/**
 * The comments of chart/values.yaml, generated from the schema, so that `helm show values` explains each value. helm-docs reads those that begin with `--`.
 * People write the values; this leaves them as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { isMap, isScalar, parseDocument, stringify, visit, type YAMLMap } from 'yaml'
import { chartSchemaText, chartValuesFile } from './chart-schema.ts'
import { type Row, rowsOf, type Schema } from './values-rows.ts'

const head = `The values of this chart, with their defaults. \`npm run schema\` generates the comments from values.schema.json.
Keys without a line of their own are in a list before their group.`

const width = 110

/** Lines of a comment. What is in brackets, mostly an example, stays on one line. */
function wrapped(text: string, first = '', next = ''): string[] {
  const lines: string[] = []
  for (const word of text.match(/(\[[^\]]*\]|\{[^}]*\}|\S)+/g) ?? []) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`${last === undefined ? first : next}${word}`)
  }
  return lines
}

/** Keys that have no line of their own: `stopTimeout (duration, default 30s): At the end …` */
function keyList(rows: readonly Row[], below: string): string[] {
  return rows.flatMap(({ path, allowed, default: value, text }) => {
    const type = allowed === 'true, false' ? 'boolean' : allowed.replaceAll(', ', ' | ')
    const shown = typeof value === 'string' ? value : JSON.stringify(value)
    const form = value === undefined ? type : `${type}, default ${shown}`
    return wrapped(`${path.slice(below.length + 1)} (${form}): ${text}`, '  ', '    ')
  })
}

/** The keys of `load`; those of its profile kind by kind. */
function loadKeys(load: Schema): string[] {
  const flow = (value: unknown) => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
  const [example = {}] = load.examples ?? []
  const lines = Object.entries(example as object).map(([key, value]) => `    ${key}: ${flow(value)}`)
  const kinds = (load.properties?.profile?.allOf ?? []).flatMap(({ if: { properties }, then }) => {
    const rows = rowsOf(load, then, 'load.profile', undefined).filter(({ path }) => path !== 'load.profile.kind')
    const title = wrapped(`Keys of load.profile with kind ${properties.kind.const}. ${then.description}`)
    return ['', ...title, ...keyList(rows, 'load.profile')]
  })
  return ['Example:', '  load:', ...lines, 'Keys:', ...keyList(rowsOf(load, load, 'load', undefined), 'load'), ...kinds]
}

/** The keys of a group that are not in values.yaml. */
function otherKeys(path: string, schema: Schema, values: YAMLMap, root: Schema): string[] {
  if (path === 'load') return loadKeys(schema)
  if (path === 'pods') {
    const { pod, podWithArguments } = root.$defs ?? {}
    const extraArgs = podWithArguments?.properties?.extraArgs as Schema
    const rows = [
      ...rowsOf(root, pod as Schema, path, undefined),
      ...rowsOf(root, extraArgs, 'pods.extraArgs', undefined),
    ]
    return ['Keys of each of them; extraArgs only of master and workers:', ...keyList(rows, path)]
  }
  const others = Object.entries(schema.properties ?? {}).filter(([key]) => !values.has(key))
  const rows = others.flatMap(([key, each]) => rowsOf(root, each, `${path}.${key}`, undefined))
  return rows.length === 0 ? [] : ['More keys:', ...keyList(rows, path)]
}

function textOf({ description = '', enum: choices = [] }: Schema): string {
  const names = choices.filter((choice) => choice !== null).map(String)
  return names.every((name) => description.includes(name))
    ? description
    : `${description} Allowed: ${names.join(', ')}.`
}

const isGroup = (value: unknown, { properties, $ref }: Schema): value is YAMLMap =>
  isMap(value) && properties !== undefined && $ref === undefined

function addComments(map: YAMLMap, schema: Schema, above: string, root: Schema): void {
  for (const [index, { key, value }] of map.items.entries()) {
    if (!isScalar(key)) continue
    const path = `${above}${key.value}`
    const described = schema.properties?.[String(key.value)]
    if (!described) throw new Error(`chart/values.yaml: the schema has no ${path}`)
    const lines = isGroup(value, described)
      ? [...wrapped(textOf(described)), ...otherKeys(path, described, value, root)]
      : wrapped(textOf(described), '-- ')
    key.commentBefore = lines.map((line) => (line === '' ? '' : ` ${line}`)).join('\n')
    key.spaceBefore = above === '' && index > 0
    if (isGroup(value, described)) addComments(value, described, `${path}.`, root)
  }
}

/** The file with the comments that the schema gives it, in place of its own. */
export function withComments(file: string): string {
  const root = JSON.parse(chartSchemaText()) as Schema
  const document = parseDocument(file)
  visit(document, {
    Node: (_, node) => {
      node.comment = null
      node.commentBefore = null
      node.spaceBefore = false
    },
  })
  addComments(document.contents as YAMLMap, root, '', root)
  document.commentBefore = head.replaceAll(/^/gm, ' ')
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

// `npm run schema`
if (import.meta.main) {
  writeFileSync(chartValuesFile, withComments(readFileSync(chartValuesFile, 'utf8')))
  process.stdout.write(`${chartValuesFile.pathname}: ${readFileSync(chartValuesFile).length} bytes\n`)
}
