import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

/** What the page quotes of ours; what Helm and Kubernetes say is theirs. */
function quoted(page: string): string[] {
  const lines = [...page.matchAll(/^Message: (.*)$/gm)].map(([, line = '']) => line)
  return lines.flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text))
}

test('each message that troubleshooting.md quotes is still one of ours', () => {
  const sources = globSync(['runner/src/**/*.ts', 'chart/templates/*', 'scripts/*'], { cwd: root.pathname })
    .filter((path) => !/\.(test|fixture|contract)\.ts$/.test(path))
    .map((path) => read(path).replaceAll('\\', ''))
  const messages = quoted(read('runner/docs/troubleshooting.md'))
  assert.ok(messages.length > 25, `only ${messages.length}`)
  const gone = messages.filter((message) => {
    const parts = message.split('…').map((part) => part.trim())
    return !sources.some((source) => parts.every((part) => source.includes(part)))
  })
  assert.deepEqual(gone, [], 'the code says something else now: quote that in runner/docs/troubleshooting.md')
})
