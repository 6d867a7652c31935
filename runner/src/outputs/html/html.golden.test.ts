import { test } from 'node:test'
import { writePage } from './html.fixture.ts'
import { intervalOf, tenSeconds, finishOf, troubledRun } from '../run.fixture.ts'

const golden = (name: string) => new URL(`golden/${name}`, import.meta.url).pathname
const asText = { serializers: [(text: string) => text] }

test('the page of a run that passed', async (t) => {
  const windows = Array.from({ length: 10 }, (_, second) => ({
    ...{ from: second, until: second + 1, seconds: 1, askedUserSeconds: 10 },
    userSeconds: Math.min(10, (second + 1) * 5),
  }))
  const load = { askedPeakUsers: 10, askedUserSeconds: 100, userSeconds: 95, windows }
  const intervals = Array.from({ length: 10 }, (_, second) => intervalOf(second))
  const page = await writePage(finishOf(tenSeconds(), { load }), { intervals })
  t.assert.fileSnapshot(page, golden('passed.golden.html'), asText)
})

test('the page of a run with every kind of trouble', async (t) => {
  const arrivals = { offered: 120, started: 110, dropped: 10 }
  const intervals = Array.from({ length: 10 }, (_, second) => intervalOf(second, { arrivals }))
  t.assert.fileSnapshot(await writePage(troubledRun(), { intervals }), golden('troubled.golden.html'), asText)
})
