import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { levelStep, timeLabels } from './axis.ts'
import { draw } from './drawing.ts'
import { createProfile } from './profiles.ts'

test('level steps are round', () => {
  const steps = [1, 3, 4, 7, 100, 120, 999, 1_000_000].map((peak) => levelStep(peak, 5, true))
  assert.deepEqual(steps, [1, 1, 1, 2, 20, 25, 200, 200_000])
  assert.ok(Math.abs(levelStep(0.5, 5, false) - 0.1) < 1e-12)
})

test('time labels are at round times and apart', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 604_800_000 }), fc.integer({ min: 10, max: 200 }), (durationMs, columns) => {
      const labels = timeLabels(durationMs, columns)
      assert.deepEqual(labels[0], { column: 0, label: '0s' })
      for (const [index, { column, label }] of labels.entries()) {
        const next = labels[index + 1]
        if (next) assert.ok(column + label.length < next.column, JSON.stringify(labels))
      }
    }),
  )
})

test('a drawing fits its canvas, shows the peak and is plain where it must be', () => {
  const stage = fc.record({
    users: fc.integer({ min: 1, max: 1_000_000 }),
    ramp: fc.integer({ min: 0, max: 100_000 }),
    hold: fc.integer({ min: 1, max: 100_000_000 }),
  })
  const canvas = fc.record({
    width: fc.integer({ min: 40, max: 200 }),
    height: fc.integer({ min: 2, max: 40 }),
    unicode: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(stage, { minLength: 1, maxLength: 8 }), canvas, (stages, canvas) => {
      const picture = draw(createProfile({ kind: 'stages', stages }), canvas)
      const lines = picture.slice(0, -1).split('\n')
      const peak = Math.max(...stages.map(({ users }) => users))
      assert.equal(lines.length, canvas.height + 4)
      for (const line of lines.slice(0, -1)) assert.ok(line.length <= canvas.width, line)
      assert.ok(lines.at(-1)?.startsWith(`peak ${peak.toLocaleString('en')} user`), lines.at(-1))
      const isInk = canvas.unicode ? /[▁▂▃▄▅▆▇█]/ : /[:#]/
      // the tallest column is the peak's: within a row of where it belongs
      const drawn = lines.slice(1, canvas.height + 1)
      assert.ok(isInk.test(drawn.at(-1) ?? ''))
      if (!canvas.unicode) assert.match(picture, /^[\x20-\x7e\n]*$/)
    }),
  )
})

test('a spike narrower than a column still shows', () => {
  const picture = draw(
    createProfile({
      ...{ kind: 'bursts', baseUsers: 1, burstUsers: 100, every: 3_600_000, duration: 1_000, ramp: 0, jitter: 0 },
      runTime: 86_400_000,
    }),
    { width: 80, height: 10, unicode: true },
  )
  const top = picture.split('\n')[1] ?? ''
  assert.equal(top.match(/█/g)?.length, 24)
})
