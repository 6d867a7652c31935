import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { base, helms, type Manifest, Objects, render } from './helm.ts'

const on = { disruptionBudget: { enabled: true } }
const host = { load: { file: 'examples/shop.ts', host: 'http://shop.test' } }

interface Budget {
  minAvailable: number
  selector: { matchLabels: Record<string, string> }
}
const budgets = (all: readonly Manifest[]) =>
  all
    .filter(({ kind }) => kind === 'PodDisruptionBudget')
    .map(({ metadata, spec }) => ({ name: metadata.name, ...(spec as unknown as Budget) }))

for (const { major, path: helm, skip } of helms)
  describe(`a budget for disruptions, by Helm ${major}`, { skip }, () => {
    test('none unless asked for: a drain would wait for it', () => {
      assert.deepEqual(budgets(new Objects(helm, [base]).all), [])
    })

    const locust = { workers: { engine: 'locust', count: 4 }, locust: { image: 'a', configMap: 'b' } }
    const cases: [name: string, values: (object | string)[], expected: Record<string, number>][] = [
      ['workers by the count', [base, { workers: { count: 7 } }], { 'shop-master': 1, 'shop-workers': 7 }],
      ['workers by the peak', [base, { load: { profile: { users: 501 } } }], { 'shop-master': 1, 'shop-workers': 2 }],
      ['workers of Locust', [base, locust], { 'shop-master': 1, 'shop-workers': 4 }],
      ['a scheduled run', ['schedule.yaml', host], { 'shop-master': 1 }],
    ]
    for (const [name, values, expected] of cases)
      test(`as many must stay as there are: ${name}`, () => {
        const found = budgets(new Objects(helm, [...values, on]).all)
        assert.deepEqual(Object.fromEntries(found.map(({ name, minAvailable }) => [name, minAvailable])), expected)
      })

    test('each is of the pods of its role, and no pod is of two', () => {
      const objects = new Objects(helm, [base, on])
      const found = budgets(objects.all)
      for (const role of ['master', 'workers', 'verdict']) {
        const { labels } = objects.podOf(role).metadata
        const of = found.filter(({ selector }) =>
          Object.entries(selector.matchLabels).every(([name, value]) => labels[name] === value),
        )
        assert.deepEqual(
          of.map(({ name }) => name),
          role === 'verdict' ? [] : [`shop-${role}`],
        )
      }
    })

    test('refused: of a load that never ends', () => {
      const { exitCode, stderr } = render(helm, ['continuous.yaml', host, on])
      assert.equal(exitCode, 1)
      assert.match(stderr, /mode continuous has no end.*remove disruptionBudget\.enabled/)
    })
  })
