import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { base, helms, Objects } from './helm.ts'

const host = { load: { file: 'examples/shop.ts', host: 'http://shop.test' } }
const hostname = 'kubernetes.io/hostname'
const required = 'requiredDuringSchedulingIgnoredDuringExecution'
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution'

interface Term {
  topologyKey: string
  labelSelector: { matchLabels: Record<string, string> }
  namespaceSelector?: object
}
interface Affinity {
  nodeAffinity?: object
  podAntiAffinity?: { [required]?: Term[]; [preferred]?: { weight: number; podAffinityTerm: Term }[] }
}

const component = ({ labelSelector }: Term) => labelSelector.matchLabels['app.kubernetes.io/component']
const target = { topologyKey: hostname, namespaceSelector: {}, labelSelector: { matchLabels: { app: 'shop' } } }
const avoiding = { placement: { avoidPodLabels: { app: 'shop' } } }

for (const { major, path: helm, skip } of helms)
  describe(`where pods go, by Helm ${major}`, { skip }, () => {
    const podOf = (role: string, ...values: object[]) => new Objects(helm, [base, ...values]).podOf(role).spec
    const apart = (role: string, ...values: object[]) =>
      (podOf(role, ...values).affinity as Affinity | undefined)?.podAntiAffinity

    test('master and workers keep apart where they can, each of this release only', () => {
      for (const [role, other] of [
        ['master', 'workers'],
        ['workers', 'master'],
      ] as const) {
        const terms = apart(role)?.[preferred] ?? []
        assert.deepEqual(
          terms.map(({ podAffinityTerm }) => component(podAffinityTerm)),
          [other],
        )
        const term = terms[0]?.podAffinityTerm
        assert.equal(term?.topologyKey, hostname)
        assert.equal(term.labelSelector.matchLabels['app.kubernetes.io/instance'], 'shop')
        assert.equal(apart(role)?.[required], undefined)
      }
      assert.equal(podOf('verdict').affinity, undefined)
      assert.equal(podOf('workers', { placement: { masterApart: false } }).affinity, undefined)
    })

    test('what is said of affinity is kept, whole, besides the chart’s own', () => {
      const mine = { topologyKey: 'zone', labelSelector: { matchLabels: { a: 'b' } } }
      const affinity = {
        nodeAffinity: { [required]: { nodeSelectorTerms: [] } },
        podAffinity: { [required]: [mine] },
        podAntiAffinity: { [required]: [mine], [preferred]: [{ weight: 1, podAffinityTerm: mine }] },
      }
      const values = {
        pods: { all: { affinity } },
        placement: { spread: 'hard', ...avoiding.placement, avoid: 'hard' },
      }
      const { podAntiAffinity, ...others } = podOf('workers', values).affinity as Affinity
      assert.deepEqual(others, { nodeAffinity: affinity.nodeAffinity, podAffinity: affinity.podAffinity })
      assert.deepEqual(podAntiAffinity?.[required]?.[0], mine)
      assert.deepEqual(
        podAntiAffinity?.[required]?.map((term) => component(term) ?? 'none'),
        ['none', 'workers', 'none'],
      )
      assert.deepEqual(
        podAntiAffinity?.[preferred]?.map(({ weight }) => weight),
        [1, 50],
      )
    })

    test('workers spread: evenly where they can, one to a node, or wherever', () => {
      const constraints = (...values: object[]) => podOf('workers', ...values).topologySpreadConstraints as object[]
      assert.equal(constraints().length, 1)
      for (const spread of ['hard', 'none']) assert.equal(constraints({ placement: { spread } }), undefined, spread)
      assert.deepEqual(apart('workers', { placement: { spread: 'hard' } })?.[required]?.map(component), ['workers'])
      assert.equal(apart('workers', { placement: { spread: 'none' } })?.[required], undefined)
      assert.equal(apart('master', { placement: { spread: 'hard' } })?.[required], undefined)
      const own = [{ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' }]
      for (const spread of ['soft', 'hard', 'none'])
        assert.deepEqual(
          constraints({ placement: { spread }, pods: { workers: { topologySpreadConstraints: own } } }),
          own,
        )
    })

    test('nodes of what is loaded are not for workers, in whichever namespace it is', () => {
      assert.deepEqual(apart('workers', avoiding)?.[preferred]?.at(-1), { weight: 100, podAffinityTerm: target })
      assert.deepEqual(apart('workers', avoiding, { placement: { avoid: 'hard' } })?.[required], [target])
      assert.equal(apart('master', avoiding, { placement: { avoid: 'hard' } })?.[required], undefined)
    })

    test('one pod is master and worker: it keeps away from what is loaded, and from nobody else', () => {
      const continuous = new Objects(helm, ['continuous.yaml', host, avoiding]).podOf('master').spec
      const { podAntiAffinity } = continuous.affinity as Affinity
      assert.deepEqual(podAntiAffinity?.[preferred], [{ weight: 100, podAffinityTerm: target }])
      assert.equal(new Objects(helm, ['continuous.yaml', host]).podOf('master').spec.affinity, undefined)
    })
  })
