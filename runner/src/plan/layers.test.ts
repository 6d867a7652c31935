import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { LayeredValues, type Values } from './layers.ts'

function merge(...layers: Values[]): unknown {
  const values = new LayeredValues()
  for (const [index, layer] of layers.entries()) values.add({ name: `${index}.yaml`, values: layer })
  return JSON.parse(JSON.stringify(values.values))
}

describe('layers merge as Helm merges values files', () => {
  const table: [string, Values[], Values][] = [
    ['maps deep', [{ a: { b: 1, c: { d: 2 } } }, { a: { c: { e: 3 } } }], { a: { b: 1, c: { d: 2, e: 3 } } }],
    ['later scalars win', [{ a: 1 }, { a: 2 }, { a: 3 }], { a: 3 }],
    ['lists are replaced', [{ a: [1, 2, 3] }, { a: [4] }], { a: [4] }],
    ['null deletes', [{ a: { b: 1, c: 2 } }, { a: { b: null } }], { a: { c: 2 } }],
    ['null deletes whole maps', [{ a: { b: 1 }, z: 1 }, { a: null }], { z: 1 }],
    ['null alone is nothing', [{ a: null }], {}],
    ['what was deleted may come back', [{ a: { b: 1 } }, { a: null }, { a: { c: 2 } }], { a: { c: 2 } }],
    ['a map replaces a scalar', [{ a: 1 }, { a: { b: 2 } }], { a: { b: 2 } }],
    ['a scalar replaces a map', [{ a: { b: 2 } }, { a: 1 }], { a: 1 }],
    ['an empty map changes nothing', [{ a: { b: 2 } }, { a: {} }], { a: { b: 2 } }],
  ]
  for (const [what, layers, expected] of table) test(what, () => assert.deepEqual(merge(...layers), expected))

  test('layers are left as they were', () => {
    const first = { a: { b: 1 } }
    merge(first, { a: { c: 2 } })
    assert.deepEqual(first, { a: { b: 1 } })
  })

  test('grouping does not matter, except for what is deleted', () => {
    const values = fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.letrec<{ value: unknown }>((tie) => ({
        value: fc.oneof(
          fc.integer(),
          fc.dictionary(fc.constantFrom('a', 'b'), tie('value'), { noNullPrototype: true }),
        ),
      })).value,
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        assert.deepEqual(merge(merge(a, b) as Values, c), merge(a, b, c))
      }),
    )
  })

  test('__proto__ is a key like any other', () => {
    merge(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}'))
    assert.equal(({} as { polluted?: number }).polluted, undefined)
  })
})

test('it is known which layer a value came from', () => {
  const values = new LayeredValues()
  values.add({ name: 'a.yaml', values: { load: { host: 'x', tags: ['t'], profile: { users: 1 } } } })
  values.add({ name: 'b.yaml', values: { load: { profile: { users: 2 } } } })
  assert.equal(values.originOf(['load', 'host'])?.name, 'a.yaml')
  assert.equal(values.originOf(['load', 'tags', 0])?.name, 'a.yaml')
  assert.equal(values.originOf(['load', 'profile', 'users'])?.name, 'b.yaml')
  assert.equal(values.originOf(['load', 'profile', 'missing'])?.name, 'b.yaml')
  assert.equal(values.originOf(['workers']), undefined)
})
