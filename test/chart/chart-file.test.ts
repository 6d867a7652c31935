import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { root } from './helm.ts'

const read = (path: string) => parse(readFileSync(join(root, path), 'utf8'))

interface Chart {
  version: string
  appVersion: string
  home: string
  sources: string[]
  maintainers: { name: string }[]
  keywords: string[]
  kubeVersion: string
  annotations: Record<string, string>
}
const chart = read('chart/Chart.yaml') as Chart
const ofHub = (name: string) => parse(chart.annotations[`artifacthub.io/${name}`] ?? '')

test('Chart.yaml says who makes it, where it is from, and where it runs', () => {
  for (const key of ['home', 'kubeVersion'] as const) assert.ok(chart[key], key)
  for (const key of ['sources', 'maintainers', 'keywords'] as const) assert.ok(chart[key].length > 0, key)
  assert.deepEqual(chart.sources, [chart.home])
  assert.ok(readFileSync(join(root, 'runner/Dockerfile'), 'utf8').includes(`ARG SOURCE=${chart.home}\n`))
  assert.equal(chart.annotations['artifacthub.io/license'], read('package.json').license)
})

test('what Artifact Hub shows is this chart: its image, its pages', () => {
  const { registry, repository } = read('chart/values.yaml').image
  const [image, ...more] = ofHub('images') as { image: string; platforms: string[] }[]
  assert.deepEqual(more, [])
  assert.equal(image?.image, `${registry}/${repository}:${chart.appVersion}`)
  // as ci-image builds it
  assert.deepEqual(image.platforms, ['linux/amd64', 'linux/arm64'])
  assert.match(readFileSync(join(root, 'scripts/ci-image'), 'utf8'), /linux\/amd64,linux\/arm64/)
  for (const { url } of ofHub('links') as { url: string }[]) {
    assert.ok(url.startsWith(`${chart.home}/`), url)
    const [, path] = /\/(?:blob|tree)\/main\/(.*)$/.exec(url) ?? []
    if (path) assert.ok(existsSync(join(root, path)), path)
  }
  for (const { kind, description } of ofHub('changes') as { kind: string; description: string }[]) {
    assert.ok(['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'].includes(kind), kind)
    assert.ok(description)
  }
})
