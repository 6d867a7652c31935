import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartFigure } from './chart-figure.ts'
import { readPage } from './page.fixture.ts'
import { frameOf } from './plot.ts'

const chart = { title: 'Users', about: '', lines: [], gaps: 'none', format: String } as const
const frame = frameOf(100, 1)

function marksOf(...seconds: number[]) {
  const events = seconds.map((second, i) => ({ atMs: second * 1_000, kind: 'warning' as const, text: `<${i}>` }))
  const figure = chartFigure(chart, 'chart', { endSeconds: 100, warmupSeconds: 0, events })
  const marks = readPage(`<!doctype html>\n${figure.text}`).all('g')
  return marks.map((mark) => ({
    number: mark.all('text')[0]?.text,
    x: Number(mark.all('line')[0]?.attributes.x1),
    told: mark.all('title')[0]?.text.split('\n'),
  }))
}

test('a mark stands where the event was, with its number in the list', () => {
  assert.deepEqual(
    marksOf(0, 50, 100).map(({ number, x }) => [number, x]),
    [
      ['1', frame.left],
      ['2', frame.x(50)],
      ['3', frame.right],
    ],
  )
})

test('what happened close together shares a mark, so that numbers can be read', () => {
  const [first, second] = marksOf(10, 10.5, 11, 11, 11, 11, 11, 40)
  assert.deepEqual(first, {
    number: '1–7',
    x: frame.x(10),
    told: ['warning: <0>', 'warning: <1>', 'warning: <2>', 'warning: <3>', 'warning: <4>', 'and 2 more'],
  })
  assert.equal(second?.number, '8')
})

test('thousands of events are a few marks, and those before or after the run stand at its ends', () => {
  const marks = marksOf(-1, ...Array.from({ length: 2_000 }, (_, i) => i / 20), 500)
  assert.ok(marks.length <= 33, String(marks.length))
  assert.equal(marks[0]?.x, frame.left)
  assert.match(marks.at(-1)?.number ?? '', /–2002$/)
})
