import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WorkerPlaces } from './worker-places.ts'

function rig(perHost?: number) {
  const gone = new Set<string>()
  const places = new WorkerPlaces((id) => gone.has(id), perHost)
  return {
    places,
    leave: (id: string) => gone.add(id),
    come: (...ids: string[]) => ids.map((id) => places.indexOf(id)),
  }
}

test('places are taken in the order of coming, and kept', () => {
  const { come } = rig()
  assert.deepEqual(come('pod-2_a', 'pod-0_a', 'laptop_a', 'laptop_b'), [0, 1, 2, 3])
  assert.deepEqual(come('laptop_b', 'pod-2_a'), [3, 0])
})

test('whoever stands in for one that is gone has its place, so that its part of the data is somebody’s', () => {
  const { come, leave } = rig()
  come('pod-0_a', 'pod-1_a', 'pod-2_a')
  leave('pod-1_a')
  assert.deepEqual(come('pod-1_b', 'pod-3_a'), [1, 3])
  leave('pod-1_b')
  assert.deepEqual(come('pod-1_c', 'pod-1_d'), [1, 4], 'only one of them')
})

test('of several on a machine only places of those that are gone are free, each once', () => {
  const { come, leave } = rig()
  come('m_a', 'm_b', 'm_c', 'other_a')
  leave('m_a')
  leave('m_c')
  assert.deepEqual(come('m_d', 'm_e', 'm_f', 'other_b'), [0, 2, 4, 5])
})

test('of a pod with several workers each of its first is a first', () => {
  const { places, come } = rig(2)
  come('pod-0_a', 'pod-0_b', 'pod-1_a', 'pod-0_c')
  const isFirst = (id: string) => places.isFirstOfItsHost(id)
  assert.deepEqual(['pod-0_a', 'pod-0_b', 'pod-1_a', 'pod-0_c', 'pod-2_a'].map(isFirst), [
    true,
    true,
    true,
    false,
    false,
  ])
})

test('the first of its host is who came first, whoever has its place now', () => {
  const { places, come, leave } = rig()
  come('pod-0_a')
  leave('pod-0_a')
  come('pod-0_b')
  assert.deepEqual([places.isFirstOfItsHost('pod-0_a'), places.isFirstOfItsHost('pod-0_b')], [true, false])
})

test('one that is forgotten leaves its place as if it had not come', () => {
  const { places, come } = rig()
  come('pod-0_a', 'pod-0_b')
  places.forget('pod-0_a')
  places.forget('nobody')
  assert.equal(places.isFirstOfItsHost('pod-0_a'), false)
  assert.deepEqual(come('pod-1_a', 'pod-0_b'), [0, 1])
})

test('one that stands in for another has its index, and gives back its own to whom that belongs', () => {
  const { places, come, leave } = rig()
  come('m_a', 'm_b', 'm_c')
  leave('m_a')
  assert.deepEqual(come('m_d', 'm_e'), [0, 3], 'by the host alone it is taken for the one that follows m_a')
  places.standIn('m_d', 'm_b')
  assert.deepEqual(come('m_d', 'm_f'), [1, 0], 'the place of m_a waits for who comes next')
  places.standIn('m_e', 'm_c')
  assert.deepEqual(come('m_e', 'other_a'), [2, 3], 'and one that nobody had before is anybody’s')
  places.standIn('m_e', 'nobody')
  places.standIn('m_e', 'm_e')
  assert.deepEqual(come('m_e', 'other_b'), [2, 4])
})
