import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import workspace from '../../package.json' with { type: 'json' }
import type { Result } from '../result.ts'
import { temporaryFolder } from '../run-katydid.ts'
import { trusted } from '../steady.ts'
import { loadFiles, strictConfig } from './load-files.ts'
import { command, emptyProject, type Package, succeeds } from './pack.ts'

export type Manager = 'npm' | 'pnpm' | 'yarn' | 'plugnplay'

interface Ways {
  /** Settings of its own. */
  files?: Record<string, string>
  /** Adds packages; their names follow. */
  add: string[]
  /** Stands before a command of an installed package. */
  run: string[]
}

const yarn = { add: ['yarn', 'add'], run: ['yarn', 'run'] }
const ways: Record<Manager, Ways> = {
  npm: { add: ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund'], run: ['npm', 'exec', '--'] },
  // it fails otherwise, until somebody has decided about install scripts of dependencies: none of them is needed
  pnpm: { add: ['pnpm', 'add', '--prefer-offline', '--config.strict-dep-builds=false'], run: ['pnpm', 'exec'] },
  yarn: { files: { '.yarnrc.yml': 'nodeLinker: node-modules\n' }, ...yarn },
  plugnplay: yarn,
}

/** Where a package is installed and used: package managers, a registry, and a shop to send load to. */
export class Place {
  readonly #tarball: string
  readonly #shop: ChildProcess
  readonly #host: string
  readonly #path: string[]
  readonly #env: Record<string, string>

  /** Fetches the package managers and starts the shop. */
  static async open({ path }: Package): Promise<Place> {
    const tools = temporaryFolder()
    const { stdout: registry } = await succeeds(['npm', 'config', 'get', 'registry'], { cwd: tools })
    const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--no-save']
    await succeeds(['npm', 'install', ...quietly, 'pnpm@12', '@yarnpkg/cli-dist@4'], { cwd: tools })
    const main = fileURLToPath(new URL('../../runner/src/main.ts', import.meta.url))
    const shop = spawn(process.execPath, [main, 'target', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const env = { KATYDID_ON_SATURATED: 'warn', YARN_ENABLE_TELEMETRY: '0', YARN_NPM_REGISTRY_SERVER: registry.trim() }
    for await (const line of createInterface(shop.stdout)) {
      const host = /http:\/\/[\d.:]+/.exec(line)?.[0]
      if (host) return new Place(path, shop, host, [join(tools, 'node_modules/.bin')], env)
    }
    throw new Error('the shop did not say where it is')
  }

  private constructor(tarball: string, shop: ChildProcess, host: string, path: string[], env: Record<string, string>) {
    this.#tarball = tarball
    this.#shop = shop
    this.#host = host
    this.#path = path
    this.#env = env
  }

  close(): void {
    this.#shop.kill('SIGKILL')
  }

  /** In an empty folder: installs the package, and there plans, bundles, runs and checks the types of an example. */
  async works(manager: Manager): Promise<void> {
    const { files, add, run } = ways[manager]
    // an empty lock file: a project of its own, whatever is above it
    const cwd = emptyProject({ ...loadFiles, 'tsconfig.json': strictConfig(), 'yarn.lock': '', ...files })
    const options = { cwd, env: this.#env, path: this.#path }
    await succeeds(
      [...add, `katydid@file:${this.#tarball}`, `typescript@${workspace.devDependencies.typescript}`],
      options,
    )

    // where Yarn leaves packages in their archives, no compiler finds them, and no example can be run in its place
    const hasModules = manager !== 'plugnplay'
    const landed = 'node_modules/katydid/examples/shop.ts'
    assert.equal(existsSync(join(cwd, landed)), hasModules)
    const example = hasModules ? landed : 'load/shop.ts'
    const installed = (name: string) => (hasModules ? [join(cwd, 'node_modules/.bin', name)] : [...run, name])
    const few = ['-H', this.#host, '-u', '4', '-r', '40', '-t', '1s']

    const plan = await succeeds([...installed('katydid'), 'plan', example, ...few], options)
    assert.match(plan.stdout, /constant: 4 users at 40\/s, for 1s/)
    await succeeds([...installed('katydid'), 'bundle', example, '-o', 'shop.bundle'], options)
    assert.ok(statSync(join(cwd, 'shop.bundle')).size > 1_000)

    const args = ['katydid', 'run', example, ...few, '--json', 'result.json']
    const attempt = async () => {
      const before = await this.#counted()
      const ran = await command([...run, ...args], options)
      return { ...ran, hasResult: existsSync(join(cwd, 'result.json')), counted: (await this.#counted()) - before }
    }
    const ran = await trusted(attempt, (of) => of, args)
    assert.equal(ran.exitCode, 0, `${ran.stdout}\n--- stderr\n${ran.stderr}`)
    const { totals } = JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8')) as Result
    assert.ok(totals.requests > 0)
    assert.equal(
      ran.counted,
      totals.requests + totals.aborted + totals.hops,
      'what the shop counted = what the report says',
    )

    if (hasModules) await succeeds([...installed('tsc'), '-p', '.'], options)
  }

  /** As a newcomer: `katydid init` in an empty folder, `npm install`, `npm run load`. Resolves to the seconds of each. */
  async creates(): Promise<Record<'init' | 'install' | 'load', number>> {
    const cwd = temporaryFolder()
    const options = { cwd, env: this.#env, path: this.#path }
    const seconds = { init: 0, install: 0, load: 0 }
    const timed = async (what: keyof typeof seconds, args: string[]) => {
      const startedAt = performance.now()
      const ran = await command(args, options)
      seconds[what] = (performance.now() - startedAt) / 1_000
      return { ...ran, hasResult: true }
    }
    const create = ['npx', '--yes', '--prefer-offline', `--package=file:${this.#tarball}`, 'katydid', 'init']
    const created = await timed('init', [...create, '--host', `${this.#host}/products`])
    assert.equal(created.exitCode, 0, created.stderr)
    const manifest = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))
    manifest.devDependencies.katydid = `file:${this.#tarball}` // which no registry has yet
    writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest))
    const installed = await timed('install', ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund'])
    assert.equal(installed.exitCode, 0, installed.stderr)
    const load = ['npm', 'run', 'load', '--', '-t', '2s']
    const ran = await trusted(
      () => timed('load', load),
      (of) => of,
      load,
    )
    assert.equal(ran.exitCode, 0, `${ran.stdout}\n--- stderr\n${ran.stderr}`)
    assert.ok(statSync(join(cwd, 'results/report.html')).size > 10_000)
    return seconds
  }

  async #counted(): Promise<number> {
    return ((await (await fetch(`${this.#host}/__counts`)).json()) as { total: number }).total
  }
}
