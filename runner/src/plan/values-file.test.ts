import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { KatydidError } from '../errors.ts'
import { parseValues, readValuesFile, valuesNotes } from './values-file.ts'

test('reads YAML and JSON, anchors and merge keys, and nothing at all', () => {
  assert.deepEqual(parseValues('', 'a.yaml'), {})
  assert.deepEqual(parseValues('# only a comment\n', 'a.yaml'), {})
  assert.deepEqual(parseValues('{"load": {"tags": ["a"]}}', 'a.json'), { load: { tags: ['a'] } })
  assert.deepEqual(parseValues('a: &x {n: 1}\nb: {<<: *x, m: 2}', 'a.yaml').b, { n: 1, m: 2 })
  assert.deepEqual(parseValues('r: 10/s\np: 1%\nd: 5m\nn: 1e3', 'a.yaml'), { r: '10/s', p: '1%', d: '5m', n: 1_000 })
})

test('says where a text is not YAML', () => {
  const table: [string, RegExp][] = [
    ['load:\n  file: [a\n', /^x\.yaml:\d+:\d+: this is not valid YAML: \S/],
    ['load:\n  file: a\n  file: b\n', /^x\.yaml:3:3: this is not valid YAML: Map keys must be unique/],
    ['a: "b\n', /^x\.yaml:\d+:\d+: this is not valid YAML: Missing closing "quote/],
    ['a: 1\n---\nb: 2\n', /^x\.yaml: more than one YAML document$/],
    ['- a\n', /^x\.yaml: must be a map with the key load, not \["a"\]$/],
    ['hello', /^x\.yaml: must be a map with the key load, not "hello"$/],
    ['a: *nowhere', /^x\.yaml.*: this is not valid YAML: .*nowhere/],
  ]
  for (const [text, message] of table)
    assert.throws(() => parseValues(text, 'x.yaml'), { name: 'KatydidError', message }, text)
})

test('aliases that multiply are refused, not expanded', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let n = 1; n < 9; n++)
    lines.push(
      `a${n}: &a${n} [${Array(10)
        .fill(`*a${n - 1}`)
        .join(', ')}]`,
    )
  assert.throws(() => parseValues(lines.join('\n'), 'x.yaml'), KatydidError)
})

test('says what is wrong with a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'values-'))
  try {
    const path = join(folder, 'x.yaml')
    assert.throws(() => readValuesFile(path), { name: 'KatydidError', message: `values file ${path} does not exist` })
    assert.throws(() => readValuesFile(folder), { message: `values file ${folder} is a directory` })
    writeFileSync(path, 'load: {file: a.ts}')
    assert.deepEqual(readValuesFile(path), { name: path, values: { load: { file: 'a.ts' } } })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a pipe is read once, whoever asks for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'values-'))
  try {
    const path = join(folder, 'x.yaml')
    execFileSync('mkfifo', [path])
    const writer = spawn('sh', ['-c', 'echo "load: { params: { code: 010 } }" > "$0"', path], { stdio: 'ignore' })
    const values = { load: { params: { code: 8 } } }
    assert.deepEqual(readValuesFile(path).values, values)
    await once(writer, 'exit')
    assert.deepEqual(readValuesFile(path).values, values)
    assert.equal(valuesNotes(path).length, 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('any text is values or a KatydidError', () => {
  const yamlish = fc.array(fc.constantFrom(...'abc:{}[]-,*&!#|>\'"%@`?<\n\t '.split(''), '- ', ': ', '\n  ', '<<: '))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        yamlish.map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          const values = parseValues(text, 'x.yaml')
          assert.equal(typeof values, 'object')
        } catch (error) {
          assert.ok(error instanceof KatydidError, `${error}`)
        }
      },
    ),
    { numRuns: 1_000 },
  )
})

test('what Helm reads as another value than YAML 1.2 is what it is to Helm', () => {
  // as Helm 3.22 and 4.3 were seen to read them
  for (const [text, value] of [
    ...([
      ['010', 8],
      ['-0_10', -8],
      ['+010', 8],
      ['0b11', 3],
      ['0B11', 3],
      ['1_000', 1_000],
      ['-0x10', -16],
    ] as const),
    ...([
      ['0O17', 15],
      ['0_8', 8],
      ['1_0.5', 10.5],
      ['0.1e1_0', 1e9],
      ['yes', true],
      ['On', true],
      ['y', true],
    ] as const),
    ...([
      ['Off', false],
      ['N', false],
      ['!!str 010', '010'],
      ['1_000/s', '1_000/s'],
      ['0x', '0x'],
    ] as const),
  ])
    assert.deepEqual(parseValues(`load: { params: { a: ${text} } }`, 'v.yaml').load, { params: { a: value } }, text)
  // wherever it stands that `load` takes it from
  const { load } = parseValues('mine: &n 010\nload: { profile: { users: *n } }\nimage: { tag: 010 }', 'v.yaml')
  assert.deepEqual(load, { profile: { users: 8 } })
})

test('it says so, and what Helm would lose or call otherwise is refused where it stands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'values-'))
  try {
    const path = join(folder, 'v.yaml')
    writeFileSync(
      path,
      'n: &n 0b11\nload:\n  profile: { users: 010 }\n  params: { a: yes, b: "yes", c: *n }\nimage: { tag: 010 }\n',
    )
    assert.deepEqual(valuesNotes(path), [
      `${path}:1:7: Helm reads 0b11 as 3, and katydid does the same. If you mean text, put it in quotes`,
      `${path}:3:21: Helm reads 010 as 8, and katydid does the same. If you mean text, put it in quotes`,
      `${path}:4:16: Helm reads yes as true, and katydid does the same. If you mean text, put it in quotes`,
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
  for (const [text, says] of [
    ['load: { params: { n: 1 } }', /v\.yaml:1:19: Helm reads the name n as false: put it in quotes/],
    ['load: { params: { 010: 1 } }', /v\.yaml:1:19: Helm reads the name 010 as 8/],
    [
      'load: { params: { a: 9007199254740993 } }',
      /9007199254740993 is too large for a number and would lose its last digits/,
    ],
    [
      'load: { params: { a: -12345678901234567890 } }',
      /-12345678901234567890 is too large for a number and would lose its last digits/,
    ],
    ['mine: &n 9007199254740993\nload: { params: { a: *n } }', /v\.yaml:1:10: 9007199254740993 is too large/],
  ] as [string, RegExp][])
    assert.throws(() => parseValues(text, 'v.yaml'), says)
})

test('what is the same to both stays as it is', () => {
  const of = (text: string) => () => parseValues(`load: { params: { ${text} } }`, 'v.yaml')
  for (const same of [
    '08',
    '007',
    '0o17',
    '0x1F',
    '1e3',
    '+5',
    '.5',
    '6.',
    '00',
    '1:30',
    '2024-01-01',
    '"010"',
    "'yes'",
    'true',
    '9007199254740991',
  ])
    assert.doesNotThrow(of(`a: ${same}`), same)
  // what only the chart reads is left to Helm
  assert.doesNotThrow(() => parseValues('image: { tag: 9007199254740993, n: 1 }', 'v.yaml'))
})
