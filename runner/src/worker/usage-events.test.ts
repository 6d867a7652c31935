import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testRun } from '../environment/test-run.fixture.ts'
import { events } from '../hooks/events.ts'
import { UsageEvents } from './usage-events.ts'

after(() => events.removeAllListeners())

test('usageMonitor each interval; cpuWarning once for each stretch of being too busy', () => {
  const { environment } = testRun().runtime
  const seen: string[] = []
  events.usageMonitor.addListener((usage) => seen.push(`usage ${usage.cpuPercent} ${usage.rssBytes}`))
  events.cpuWarning.addListener((usage) => {
    assert.equal(usage.environment, environment)
    seen.push(`warning ${usage.cpuPercent}`)
  })
  const usage = new UsageEvents(environment)
  const busy = [false, true, true, false, true]
  for (const [i, saturated] of busy.entries())
    usage.tell({ loopDelayMeanMs: 0, loopDelayMaxMs: 0, cpuPercent: i, gcMs: 0, rssBytes: 7, saturated })
  assert.deepEqual(seen, ['usage 0 7', 'usage 1 7', 'warning 1', 'usage 2 7', 'usage 3 7', 'usage 4 7', 'warning 4'])
})
