import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../run-katydid.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Ran {
  exitCode: number | null
  stdout: string
  stderr: string
}

export interface CommandOptions {
  cwd: string
  env?: Record<string, string>
  /** Folders of commands, searched first. */
  path?: string[]
}

/** Runs a command on this Node, whatever Node the machine has. It has five minutes: a package manager may have to download. */
export function command(
  [name, ...args]: readonly string[],
  { cwd, env = {}, path = [] }: CommandOptions,
): Promise<Ran> {
  const PATH = [...path, dirname(process.execPath), process.env.PATH].join(delimiter)
  // what `npm test` and `node --test` say of themselves is not for the command; how to reach a registry is
  const ofOthers = /^(npm_(?!config_(registry|cafile|cache|.*proxy)$)|INIT_CWD$|NODE_(OPTIONS|TEST_CONTEXT)$)/i
  const inherited = Object.entries(process.env).filter(([key]) => !ofOthers.test(key))
  const child = spawn(name as string, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
  })
  return ended(child)
}

function ended(child: ChildProcess): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const said = { stdout: '', stderr: '' }
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, ...said }))
  })
}

/** As `command`, of one that has to succeed. */
export async function succeeds(args: readonly string[], options: CommandOptions): Promise<Ran> {
  const ran = await command(args, options)
  if (ran.exitCode === 0) return ran
  throw new Error(`${args.join(' ')}: exit code ${ran.exitCode}\n${ran.stdout}\n--- stderr\n${ran.stderr}`)
}

export interface Package {
  /** The tarball. */
  path: string
  /** What is in it. */
  files: string[]
}

/** `npm pack` in a copy of the repository that nothing was built in. */
export async function pack(): Promise<Package> {
  const copy = temporaryFolder()
  const built = new Set(
    ['node_modules', 'runner/node_modules', 'runner/dist', 'runner/LICENSE'].map((path) => join(root, path)),
  )
  for (const part of ['package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE', 'scripts', 'runner'])
    cpSync(join(root, part), join(copy, part), { recursive: true, filter: (path) => !built.has(path) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const { stdout } = await succeeds(['npm', 'pack', '--json', '--workspace', 'katydid'], { cwd: copy })
  const [{ filename, files }] = packed(stdout)
  return { path: join(copy, filename), files: files.map(({ path }) => path) }
}

type Packed = [{ filename: string; files: { path: string }[] }]

/** What `npm pack --json` says, behind what `prepack` printed: a list, or, of newer npms, an object by name. */
function packed(stdout: string): Packed {
  const said = JSON.parse(stdout.slice(stdout.search(/^[[{]/m))) as Packed | Record<string, Packed[0]>
  return Array.isArray(said) ? said : [said.katydid as Packed[0]]
}

/** Says why packages cannot be installed here; undefined where they can. */
export async function whyNoRegistry(): Promise<string | undefined> {
  const ping = await command(['npm', 'ping'], { cwd: temporaryFolder() })
  if (ping.exitCode === 0) return undefined
  const why = `no package registry can be reached: ${ping.stderr.trim().split('\n')[0]}`
  console.error(`\nSKIPPED: ${why}\n`)
  return why
}

/** A folder with these files, in which nothing is installed. */
export function emptyProject(files: Record<string, string> = {}): string {
  const dir = temporaryFolder()
  const manifest = JSON.stringify({ name: 'load', private: true, type: 'module' })
  for (const [name, text] of Object.entries({ 'package.json': manifest, ...files })) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return dir
}
