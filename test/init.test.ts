import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { startShop } from '../runner/src/target/shop.ts'
import { assertExit } from './assert-truth.ts'
import { helms, root } from './chart/helm.ts'
import { runKatydid, temporaryFolder } from './run-katydid.ts'

/** `katydid init`, in a folder that finds packages as one where they were installed. */
async function project(...flags: string[]) {
  const cwd = temporaryFolder()
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'))
  const { exitCode, stderr } = await runKatydid(['init', ...flags], { cwd })
  assert.equal(exitCode, 0, stderr)
  return { cwd, read: (path: string) => readFileSync(join(cwd, path), 'utf8') }
}

/** The arguments of a script of package.json: every one is `katydid …`. */
const argsOf = (script: string) => script.split('&& ').at(-1)!.split(' ').slice(1)

const shop = await startShop({ latencyMs: 1 })
after(() => shop.close())

/** The load test of a new project: its script, against the shop here, and its types by the tsconfig.json that was created. */
async function passes({ cwd, read }: Awaited<ReturnType<typeof project>>, flags: string[] = []) {
  const { scripts } = JSON.parse(read('package.json'))
  const before = shop.counts().total
  const outcome = await runKatydid([...argsOf(scripts.load), '--typecheck', '-t', '1500ms', ...flags], { cwd })
  assertExit(outcome, 0)
  const { requests, failures } = outcome.result.totals
  assert.deepEqual([failures, requests], [0, shop.counts().total - before])
  assert.ok(requests > 0)
  assert.ok(existsSync(join(cwd, 'results/report.html')))
}

test('for a URL: its types are right, and its run passes', async () => {
  await passes(await project('--host', `${shop.url}/products?page=2`))
})

test('for the demo shop: the same, it is planned, and its own commands bundle it and render the chart', async () => {
  const created = await project()
  const { cwd, read } = created
  await passes(created, ['-H', shop.url])
  const planned = await runKatydid(argsOf(JSON.parse(read('package.json')).scripts.test), { cwd })
  assert.match(planned.stdout, /peak 5 users, 20s/, planned.stderr)

  const comment = read('smoke.yaml').replaceAll(/ \\\n# */g, ' ')
  const [, bundle = ''] = /^# {3}npx katydid (bundle .*)$/m.exec(comment) ?? []
  const bundled = await runKatydid(bundle.split(' '), { cwd })
  assert.equal(bundled.exitCode, 0, bundled.stderr)
  const [, install = ''] = /^# {3}helm upgrade --install (load oci:.*)$/m.exec(comment) ?? []
  const args = install.replace(/oci:\S+ --version \S+/, join(root, 'chart')).split(' ')
  for (const { path: helm } of helms.filter(({ skip }) => !skip)) {
    const command = ['template', '--kube-version', '1.34.0', ...args]
    const { status, stdout, stderr } = spawnSync(helm, command, { cwd, encoding: 'utf8', timeout: 60_000 })
    assert.equal(status, 0, stderr)
    assert.match(stdout, /^ +host: http:\/\/load-target:8000$/m)
  }
})

test('npm create katydid: its command is katydid init, and npm run load ends with the verdict', async () => {
  const cwd = temporaryFolder()
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, KATYDID_ON_SATURATED: 'warn' }
  const call = (command: string, ...args: string[]) =>
    new Promise<{ exitCode: number | string; stdout: string; stderr: string }>((resolve) => {
      execFile(command, args, { cwd, env, timeout: 120_000 }, (error, stdout, stderr) =>
        resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
      )
    })
  const created = await call(process.execPath, join(root, 'runner/create/create-katydid.js'), '--host', shop.url)
  assert.equal(created.exitCode, 0, created.stderr)
  assert.match(created.stdout, /^created +load-test\.ts /m)
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'))
  const ran = await call('npm', 'run', 'load', '--', '-t', '500ms', '--threshold', 'p95 < 1us')
  assert.equal(ran.exitCode, 1, ran.stdout + ran.stderr)
  assert.match(ran.stdout, /failed +p95 < 1us/)
})
