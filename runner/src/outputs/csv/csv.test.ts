import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Aggregate } from '../../stats/aggregate.ts'
import { finishOf, intervalOf, startOf } from '../run.fixture.ts'
import { CsvOutput, csvText, prepareCsvFiles } from './csv.ts'

const folder = await mkdtemp(join(tmpdir(), 'csv-'))
after(() => rm(folder, { recursive: true }))
const read = (prefix: string, name: string) => readFileSync(join(folder, `${prefix}_${name}.csv`), 'utf8')
const names = ['stats', 'stats_history', 'failures', 'exceptions']

async function write(prefix: string, fullHistory: boolean, seconds: number, each?: (second: number) => void) {
  const output = new CsvOutput(prepareCsvFiles(prefix, folder), (text) => text, { fullHistory })
  const stats = new Aggregate()
  await output.start(startOf(stats))
  for (let second = 0; second < seconds; second++) {
    const interval = intervalOf(second)
    stats.merge(interval.stats)
    await output.interval(interval)
    each?.(second)
  }
  await output.finish(finishOf(stats, { durationMs: seconds * 1_000 }))
}

test('quotes only where they are needed, as Python’s csv module', () => {
  assert.equal(csvText([['a', 'b,c', 'd"e', 'f\ng', '']]), 'a,"b,c","d""e","f\ng",\r\n')
})

test('the history has a row a second, and is there while the run goes on', async () => {
  await write('a', false, 7, (second) => {
    assert.equal(read('a', 'stats_history').split('\r\n').length, second + 3)
    assert.match(read('a', 'stats'), second < 5 ? /Aggregated,100,/ : /Aggregated,601,/)
  })
  const rows = read('a', 'stats_history').trimEnd().split('\r\n')
  assert.ok(rows.slice(1).every((row) => row.split(',')[3] === 'Aggregated'))
  assert.match(rows[1] as string, /^1795435201,5,,Aggregated,100\.000000,2\.000000,/)
})

test('the full history has every group, with percentiles of the last 10 s', async () => {
  await write('b', true, 15)
  const rows = read('b', 'stats_history').trimEnd().split('\r\n')
  assert.equal(rows.length, 1 + 15 * 3)
  const slowest = (row = '') => row.split(',')[16] // 100%
  const failing = rows.filter((row) => row.includes('/cart/add/[id]'))
  assert.deepEqual([slowest(failing[3]), slowest(failing[12]), slowest(failing[13])], ['1500.5', '1500.5', '13'])
})

test('a run that never began leaves four files with nothing but headers', async () => {
  const output = new CsvOutput(prepareCsvFiles('none', folder), (text) => text, { fullHistory: false })
  await output.finish(finishOf(new Aggregate(), { durationMs: 0 }))
  assert.match(read('none', 'stats'), /\r\n,Aggregated,0,0,0,0\.0,0,0,0,0\.0,0\.0(,N\/A){11}\r\n$/)
  for (const name of names.slice(1)) assert.equal(read('none', name).split('\r\n').length, 2, name)
})

const locust = spawnSync('locust', ['--version'], { encoding: 'utf8' })
const withLocust = { skip: locust.status !== 0 && 'skipped: locust is not installed', timeout: 60_000 }

test('headers and formats are those that Locust itself writes', withLocust, async () => {
  const seen = new Set<string | undefined>()
  const server = createServer((request, response) => {
    seen.add(request.url)
    response.writeHead(request.url === '/bad' ? 500 : 200).end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    await writeFile(join(folder, 'locustfile.py'), locustfile)
    const host = `http://127.0.0.1:${port}`
    const args = ['-f', 'locustfile.py', '--headless', '-u', '2', '-r', '2', '-H', host, '--csv', 'theirs']
    const child = spawn('locust', [...args, '--csv-full-history'], { cwd: folder, stdio: 'ignore' })
    const left = new Promise((resolve) => child.on('close', resolve))
    const history = () => (existsSync(join(folder, 'theirs_stats_history.csv')) ? read('theirs', 'stats_history') : '')
    // both kinds of row, whenever Locust comes to them: it writes all of it when it is told to end
    for (
      const until = performance.now() + 50_000;
      performance.now() < until && child.exitCode === null;
      await sleep(50)
    )
      if (seen.size > 1 && history().split('\r\n').length > 6) child.kill('SIGTERM')
    await left
  } finally {
    server.close()
  }
  await write('ours', true, 6)
  for (const name of names) {
    const [ours, theirs] = [read('ours', name), read('theirs', name)]
    assert.equal(ours.slice(0, ours.indexOf('\r\n') + 2), theirs.slice(0, theirs.indexOf('\r\n') + 2), name)
  }
  for (const name of ['stats', 'stats_history', 'failures'])
    for (const which of [-2, 1]) {
      const [ours, theirs] = [read('ours', name), read('theirs', name)].map((text) =>
        shapes(text.split('\r\n').at(which)),
      )
      assert.deepEqual(ours?.length, theirs?.length, name)
      for (const [at, shape] of (theirs ?? []).entries())
        assert.ok(
          ours?.[at] === shape || looser[shape]?.includes(ours?.[at] ?? ''),
          `${name} column ${at}: ${ours?.[at]} for ${shape}`,
        )
    }
})

/** What kind of thing each cell is. */
function shapes(row = ''): string[] {
  return [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, -1).map(([, cell = '']) => {
    if (/^\d+$/.test(cell)) return 'int'
    if (/^\d+\.\d{6}$/.test(cell)) return 'six decimals'
    if (/^\d+\.\d+(e-?\d+)?$/.test(cell)) return 'float'
    if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(cell)) return 'second'
    return cell === 'N/A' ? 'none' : cell === '' ? 'empty' : 'text'
  })
}

/** Ours may say more: percentiles to the µs where Locust rounds, and figures where Locust's first row has none yet. */
const looser: Record<string, string[]> = {
  int: ['float', 'six decimals'],
  float: ['six decimals'],
  none: ['int', 'float', 'six decimals'],
  'six decimals': ['float'],
  empty: ['text'],
}

const locustfile = `
from locust import HttpUser, task, constant
class U(HttpUser):
    wait_time = constant(0.05)
    @task
    def ok(self): self.client.get('/ok')
    @task
    def bad(self): self.client.get('/bad')
    @task
    def boom(self): raise ValueError('thing')
`
