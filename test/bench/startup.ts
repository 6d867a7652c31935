/**
 * From the command to the first request at the target: process start, imports, plan, load file compiled, first user. Median of several,
 * after one warm-up (which fills Node's compile cache, as a first use does).
 *
 *   node test/bench/startup.ts [--runs 9]
 */
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { katydidCommand } from './katydid.ts'
import { median, printTable } from './table.ts'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '9' } } })
const loadFile = new URL('load/json.ts', import.meta.url).pathname

let seen: (at: number) => void = () => {}
const server = createServer((_request, response) => {
  seen(performance.now())
  response.setHeader('content-type', 'application/json')
  response.end('{"id":123}')
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const startups: number[] = []
const bare: number[] = []
for (let run = 0; run <= Number(values.runs); run++) {
  const first = new Promise<number>((resolve) => (seen = resolve))
  const began = performance.now()
  const [command, ...args] = katydidCommand as [string, ...string[]]
  const child = spawn(command, [...args, 'run', loadFile, '-H', host, '-u', '1', '-t', '1s', '--quiet'], {
    stdio: 'ignore',
  })
  const at = await first
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exited
  const bareBegan = performance.now()
  await new Promise((resolve) => spawn(process.execPath, ['-e', '0']).once('exit', resolve))
  if (run === 0) continue
  startups.push(at - began)
  bare.push(performance.now() - bareBegan)
}
server.close()
server.closeAllConnections()
printTable(
  ['from the command to', 'median ms', 'min', 'max'],
  [
    [
      'the first request',
      median(startups).toFixed(0),
      Math.min(...startups).toFixed(0),
      Math.max(...startups).toFixed(0),
    ],
    [
      'the end of `node -e 0` (for scale)',
      median(bare).toFixed(0),
      Math.min(...bare).toFixed(0),
      Math.max(...bare).toFixed(0),
    ],
  ],
)
