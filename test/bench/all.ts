/**
 * `npm run bench`: every benchmark, or those that are named, one after the other; `--write` keeps what they printed in BENCHMARKS.md.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { parseArgs } from 'node:util'

const benches = [
  'requests-per-cpu',
  'memory',
  'startup',
  'rate-accuracy',
  'percentiles',
  'coordinated-omission',
  'series-memory',
  'http-client',
  'option-check',
  'sizing',
  'wire',
  'reporting-share',
  'crowd',
  'chart',
] as const
const withGc = new Set<string>(['series-memory', 'option-check'])

const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true })
const unknown = positionals.filter((name) => !benches.some((bench) => bench === name))
if (unknown.length > 0) throw new Error(`no benchmark ${unknown.join(', ')}: there are ${benches.join(', ')}`)

const text = [
  '# Benchmarks: figures',
  '',
  'Written by `npm run bench -- --write`; what each shows and what is wanted is in [README.md](README.md).',
  '',
  `- ${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}, Node ${process.versions.node}`,
]
for (const bench of benches.filter((name) => positionals.length === 0 || positionals.includes(name))) {
  const args = [...(withGc.has(bench) ? ['--expose-gc'] : []), `test/bench/${bench}.ts`]
  console.error(`\n== ${bench}`)
  const { stdout, status } = spawnSync(process.execPath, args, {
    cwd: new URL('../..', import.meta.url).pathname,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  process.stdout.write(stdout)
  text.push('', `## ${bench}`, '', `\`node ${args.join(' ')}\``, '', stdout.trim())
  if (status !== 0) {
    text.push('', `(ended with exit code ${status})`)
    process.exitCode = 1
  }
}
if (values.write) writeFileSync(new URL('BENCHMARKS.md', import.meta.url), `${text.join('\n')}\n`)
