/**
 * `node test/bench/chart.ts [--rounds 5]`: the chart on the cluster of KUBECONFIG (image katydid:dev, or KATYDID_IMAGE, must be there): from
 * `helm install` to the first user, and from the load's end to Helm's return, with three workers; memory of workers that do next to nothing;
 * fifty workers.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { get, list, serveApi } from '../e2e/api.ts'
import { servePlaces } from '../e2e/places.ts'
import { Release } from '../e2e/release.ts'
import { median, printTable } from './table.ts'

if (!process.env.KUBECONFIG) {
  console.log('skipped: no cluster (KUBECONFIG is not set)')
  process.exit()
}
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const rounds = Number(values.rounds)
assert.ok(rounds >= 1 && rounds <= 50)
const runMs = 5_000
using _api = await serveApi()
// one release at a time is what is timed
using _places = await servePlaces(1)

interface Round {
  helm: string
  firstUserS: number
  returnS: number
}

async function timed(helm: string): Promise<Round> {
  await using release = await Release.create({ helm })
  const begunAt = Date.now()
  const { exitCode, text } = await release.install([{ workers: { count: 3 } }])
  const returnedAt = Date.now()
  assert.equal(exitCode, 0, text)
  const { startedAt, totals } = await release.result()
  assert.ok(totals.requests > 0)
  const firstAt = Date.parse(startedAt)
  return { helm, firstUserS: (firstAt - begunAt) / 1_000, returnS: (returnedAt - firstAt - runMs) / 1_000 }
}

/** MiB that the kubelet counts for each worker of a run of one user for all of them. */
async function idle(): Promise<{ rss: number; workingSet: number }[]> {
  await using release = await Release.create()
  const load = { profile: { users: 1, runTime: '40s' } }
  const install = release.begin([{ load, workers: { count: 3 } }])
  await release.running()
  await sleep(30_000)
  const [node] = await list<{ metadata: { name: string } }>('/api/v1/nodes')
  const { pods } = JSON.parse(await get(`/api/v1/nodes/${node?.metadata.name}/proxy/stats/summary`)) as {
    pods: {
      podRef: { name: string; namespace: string }
      containers: { memory: { rssBytes: number; workingSetBytes: number } }[]
    }[]
  }
  assert.equal((await install.done).exitCode, 0)
  return pods
    .filter(({ podRef }) => podRef.namespace === release.namespace && podRef.name.includes('-workers-'))
    .flatMap(({ containers }) => containers)
    .map(({ memory }) => ({ rss: memory.rssBytes / 2 ** 20, workingSet: memory.workingSetBytes / 2 ** 20 }))
}

async function fifty(): Promise<number> {
  await using release = await Release.create()
  const begunAt = Date.now()
  const load = { profile: { users: 100, spawnRate: 100, runTime: '5s' } }
  const { exitCode, text } = await release.install([{ load, workers: { count: 50, maxWait: '90s' } }])
  assert.equal(exitCode, 0, text)
  const { startedAt, workers } = await release.result()
  assert.equal(workers.length, 50)
  return (Date.parse(startedAt) - begunAt) / 1_000
}

const all: Round[] = []
for (let round = 0; round < rounds; round++) for (const helm of ['helm', 'helm4']) all.push(await timed(helm))
const spread = (list: readonly number[]) => [median(list), Math.max(...list)].map((s) => s.toFixed(1))
const of = (helm: string, key: 'firstUserS' | 'returnS') =>
  all.filter((each) => each.helm === helm).map((each) => each[key])
const rows = ['helm', 'helm4'].flatMap((helm) => [
  [`${helm}: install to the first user`, ...spread(of(helm, 'firstUserS')), '12'],
  [`${helm}: end of the load to Helm's return`, ...spread(of(helm, 'returnS')), '8'],
])
rows.push(['50 workers: install to the first user', ...spread([await fifty()]), '60'])
printTable([`3 workers, ${rounds} rounds: s`, 'median', 'worst', 'wanted: less than'], rows)
const memory = await idle()
const worst = (key: 'rss' | 'workingSet') => Math.max(...memory.map((each) => each[key])).toFixed(1)
printTable(
  ['worker pod with next to nothing to do, MiB', 'worst of 3'],
  [
    ['RSS', worst('rss')],
    ['working set', worst('workingSet')],
  ],
)
