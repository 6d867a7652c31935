import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KatydidError } from '../errors.ts'
import { checkFile } from './check-file.ts'
import { nearestTsconfig } from './nearest-tsconfig.ts'
import { shownPath } from './shown-path.ts'
import { typecheckConfig } from './typecheck-config.ts'

const ownFolder = fileURLToPath(new URL('..', import.meta.url))
const mostShown = 10

/**
 * Has the user's own TypeScript check a load file and what it imports, by the tsconfig.json that belongs to it.
 *
 * @throws KatydidError LOAD_FILE with what it found, each at its line, or where no TypeScript is installed
 */
export async function typecheck(file: string, { cwd = process.cwd() }: { cwd?: string } = {}): Promise<void> {
  const path = await checkFile(resolve(cwd, file))
  const tsc = findTypescript(path)
  if (tsc === undefined)
    throw new KatydidError('LOAD_FILE', '--typecheck needs TypeScript, which is not installed', {
      hint: `install it in the folder of the load file: npm install --save-dev typescript. Or run without --typecheck`,
    })
  const tsconfig = nearestTsconfig(dirname(path))
  const inherited = tsconfig ? await run(tsc, ['--showConfig', '-p', tsconfig]) : undefined
  const folder = await mkdtemp(join(tmpdir(), 'katydid-typecheck-'))
  try {
    const config = join(folder, 'tsconfig.json')
    await writeFile(config, JSON.stringify(typecheckConfig(path, tsconfig, inherited?.output ?? '')))
    const cwd = dirname(tsconfig ?? path)
    report(path, await run(tsc, ['--noEmit', '--pretty', 'false', '-p', config], cwd), cwd)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Ran {
  output: string
  exitCode: number | null
}

/** Diagnostics in the user's files, as compile errors look; what checks our sources by the user's options is none of theirs. */
function report(file: string, { output, exitCode }: Ran, cwd: string): void {
  const diagnostics = output.split('\n').filter((line) => /(^|: )error TS\d+: /.test(line))
  if (diagnostics.length === 0 && exitCode !== 0)
    throw new KatydidError('LOAD_FILE', `TypeScript failed with exit code ${exitCode}`, { hint: output.trim() })
  const found = diagnostics.flatMap((line) => {
    const [, path, row, column, what] = /^(.+?)\((\d+),(\d+)\): error (TS\d+: .*)$/.exec(line) ?? []
    if (path === undefined) return [line]
    const absolute = resolve(cwd, path)
    return absolute.startsWith(ownFolder) ? [] : [`${shownPath(absolute)}:${row}:${column}: ${what}`]
  })
  if (found.length === 0) return
  const [first] = found
  const message = found.length === 1 ? `Type error: ${first}` : `${found.length} type errors in ${shownPath(file)}`
  const listed = found.length === 1 ? [] : found.slice(0, mostShown)
  if (found.length > mostShown) listed.push(`and ${found.length - mostShown} more`)
  throw new KatydidError('LOAD_FILE', message, listed.length > 0 ? { hint: listed.join('\n') } : {})
}

function run(tsc: string, args: readonly string[], cwd?: string): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [tsc, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', fail)
    child.on('close', (exitCode) => done({ output, exitCode }))
  })
}

/** The `tsc` of the TypeScript that is installed beside a file, or else beside us. */
function findTypescript(file: string): string | undefined {
  for (const from of [file, import.meta.url]) {
    try {
      const manifest = createRequire(from).resolve('typescript/package.json')
      const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin?: { tsc?: string } }
      const tsc = join(dirname(manifest), bin?.tsc ?? 'bin/tsc')
      if (existsSync(tsc)) return tsc
    } catch {
      // not installed here
    }
  }
  return undefined
}
