/**
 * `npm start`: the demo shop in its own process, and a real load test of it for 30 seconds. Everything on loopback; what it
 * measured is in results/.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'

const root = new URL('..', import.meta.url).pathname
const katydid = `${root}runner/src/main.ts`

const shop = spawn(process.execPath, [katydid, 'target', '--port', '0'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const url = await shopUrl(shop)
  mkdirSync(`${root}results`, { recursive: true })
  const outputs = [
    '--json',
    'results/result.json',
    '--csv',
    'results/shop',
    '--junit',
    'results/junit.xml',
    '--html',
    'results/report.html',
  ]
  const flags = ['run', 'runner/examples/shop.ts', '-f', 'values/demo.yaml', '-H', url, ...outputs]
  console.log(`katydid ${flags.join(' ')}\n`)
  const run = spawn(process.execPath, [katydid, ...flags, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
  // Ctrl-C reaches the run too; it is the run that decides when to end
  process.on('SIGINT', () => {})
  const [code] = (await once(run, 'exit')) as [number | null]
  process.exitCode = code ?? 2
} finally {
  shop.kill('SIGTERM')
}

async function shopUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the demo shop has no output')
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (url) return url.replace(/[),]$/, '')
  }
  throw new Error('the demo shop did not start')
}
