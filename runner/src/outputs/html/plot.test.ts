import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frameOf, pathOf } from './plot.ts'

const frame = frameOf(10, 100)
const { left, right, top, bottom, width, height } = frame
const step = (from: number, until: number, value: number) => ({ from, until, value })

test('time goes across, values go up; what is beyond stands at the edge', () => {
  assert.deepEqual(
    [frame.x(0), frame.x(5), frame.x(10), frame.x(12), frame.x(-1)],
    [left, (left + right) / 2, right, right, left],
  )
  assert.deepEqual([frame.y(0), frame.y(50), frame.y(100), frame.y(300)], [bottom, (top + bottom) / 2, top, top])
  assert.ok(left > 0 && right < width && top > 0 && bottom < height)
})

test('a line holds its value for as long as its stretch', () => {
  assert.equal(pathOf(frame, [step(0, 5, 100), step(5, 10, 50)], 'none'), 'M70 22H453V112H836')
})

test('where a line has no stretch it is not there, or is at 0, as it is meant', () => {
  const steps = [step(2, 3, 100), step(5, 6, 100)]
  assert.equal(pathOf(frame, steps, 'none'), 'M223.2 22H299.8M453 22H529.6')
  assert.equal(pathOf(frame, steps, 'zero'), 'M70 202H223.2V22H299.8V202H453V22H529.6V202H836')
  assert.equal(pathOf(frame, [], 'none'), '')
  assert.equal(pathOf(frame, [], 'zero'), 'M70 202H836')
})

test('stretches of one height are one stroke', () => {
  const steps = Array.from({ length: 10 }, (_, i) => step(i, i + 1, 50))
  assert.equal(pathOf(frame, steps, 'zero'), 'M70 112H836')
})

test('a stretch that the end of the run cut off ends there', () => {
  assert.equal(pathOf(frameOf(3, 1), [step(0, 2, 1), step(2, 4, 0)], 'zero'), 'M70 22H580.7V202H836')
})

test('what the end of the run cut off, too short for a rate, is no fall to 0', () => {
  assert.equal(pathOf(frameOf(10.03, 1), [step(0, 10, 1)], 'zero'), 'M70 22H833.7')
})

test('no length or value makes a path that is none', () => {
  for (const end of [0, 1e-9, 1e12])
    for (const greatest of [0, 1e-300, 1e300])
      for (const value of [0, 1, 1e300])
        assert.match(pathOf(frameOf(end, greatest), [step(0, 1, value), step(3, 4, 0)], 'zero'), /^M[\d. HVM]+$/)
})
