import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { parse } from 'yaml'
import rootManifest from '../../../package.json' with { type: 'json' }
import createManifest from '../../create/package.json' with { type: 'json' }
import type { System } from '../system.ts'
import { requiredNode, version } from '../version.ts'
import { cli } from './cli.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** A folder with these files in it; a name that ends with / is an empty folder. */
function folderWith(files: Record<string, string> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'katydid-init-'))
  folders.push(dir)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name.endsWith('/') ? name : dirname(name)), { recursive: true })
    if (!name.endsWith('/')) writeFileSync(join(dir, name), text)
  }
  return dir
}

async function init(cwd: string, args: string[] = [], env: System['env'] = {}) {
  let stdout = ''
  let stderr = ''
  const stream = (write: (text: string) => void) => ({ write: (text: string) => write(text) }) as NodeJS.WriteStream
  const exitCode = await cli({
    args: ['init', ...args],
    env,
    stdout: stream((text) => (stdout += text)),
    stderr: stream((text) => (stderr += text)),
    cwd: () => cwd,
    onSignal: () => () => {},
    exit: () => assert.fail('init ends by itself'),
    settle: () => {},
    whenUnfinished: () => () => {},
  })
  const read = (path: string) => readFileSync(join(cwd, path), 'utf8')
  /** The file's line of the report. */
  const lineOf = (path: string) =>
    stdout
      .split('\n')
      .find((line) => line.split(/\s+/)[1] === path)
      ?.trim()
  return { exitCode, stdout, stderr, read, lineOf, manifest: () => JSON.parse(read('package.json')) }
}

const github = '.github/workflows/load-test.yml'

describe('what is created', () => {
  test('an empty folder: five files, and the next commands', async () => {
    const dir = folderWith()
    const { exitCode, stdout, stderr } = await init(dir, ['shop'])
    assert.equal(exitCode, 0, stderr)
    assert.deepEqual(readdirSync(join(dir, 'shop')).sort(), [
      '.gitignore',
      'load-test.ts',
      'package.json',
      'smoke.yaml',
      'tsconfig.json',
    ])
    const [, next = ''] = stdout.split('\nNext:\n')
    const commands = next
      .trim()
      .split('\n')
      .map((line) => line.split('#')[0]?.trim())
    assert.deepEqual(commands, ['cd shop', 'npm install', 'npx katydid target', 'npm run load'])
    assert.match(stdout, /not in a repository of GitHub or GitLab\. --ci github or --ci gitlab/)
  })

  test('a folder elsewhere is shown with its whole path', async () => {
    const [here, there] = [folderWith(), folderWith()]
    const { stdout } = await init(here, [there])
    assert.match(stdout, new RegExp(`^created +${there}/load-test\\.ts `, 'm'))
    assert.match(stdout, new RegExp(`^  cd ${there}$`, 'm'))
  })

  test('package.json: this version of katydid, its Node, and what the repository checks types with', async () => {
    const { manifest } = await init(folderWith(), ['--ci', 'none'])
    const { scripts, devDependencies, engines, private: isPrivate, name } = manifest()
    assert.deepEqual(Object.keys(scripts), ['load', 'load:one', 'test'])
    assert.deepEqual([isPrivate, engines.node], [true, requiredNode])
    assert.equal(devDependencies.katydid, `^${version()}`)
    assert.equal(devDependencies.typescript, `^${rootManifest.devDependencies.typescript}`)
    assert.match(devDependencies['@types/node'], new RegExp(`^\\^${rootManifest.devDependencies['@types/node']}\\.`))
    assert.match(name, /^katydid-init-/)
  })

  test('names of folders that are no names of packages', async () => {
    const names = { 'My Load (1)': 'my-load-1', katydid: 'load-test', '…': 'load-test', _x: 'x' }
    const dir = folderWith()
    for (const [folder, name] of Object.entries(names)) {
      const { read, stdout } = await init(dir, [folder])
      assert.equal(JSON.parse(read(`${folder}/package.json`)).name, name)
      if (folder.includes(' ')) assert.match(stdout, /^ {2}cd 'My Load \(1\)'$/m)
    }
  })

  test('a URL: host and first page, and no demo shop', async () => {
    const { read, stdout } = await init(folderWith(), [
      '-H',
      "https://shop.test:8443/it's/a?b=1&c=d#e",
      '--ci',
      'github',
    ])
    assert.equal(parse(read('smoke.yaml')).load.host, 'https://shop.test:8443')
    assert.match(read('load-test.ts'), /client\.get\('\/it\\'s\/a\?b=1&c=d'\)/)
    for (const text of [stdout, read(github)]) assert.doesNotMatch(text, /katydid target|demo/)
  })

  test('what only this machine reaches: the values file says how a cluster gets another host', async () => {
    const commentFor = async (...args: string[]) =>
      (await init(folderWith(), args)).read('smoke.yaml').split('load:\n')[0]
    assert.match((await commentFor()) ?? '', /--set load\.host=null,demoTarget\.enabled=true/)
    assert.match((await commentFor('-H', 'http://localhost:3000')) ?? '', /--set load\.host=http:/)
    assert.doesNotMatch((await commentFor('-H', 'https://shop.test')) ?? '', /--set load\.host/)
  })

  test('create-katydid is of the same version, and needs exactly this one', () => {
    assert.deepEqual(
      [createManifest.version, createManifest.dependencies.katydid, createManifest.engines.node],
      [version(), version(), requiredNode],
    )
  })
})

describe('whose CI', () => {
  const config = (url: string) => `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n`
  const cases: [title: string, files: Record<string, string>, created: string | undefined][] = [
    ['a folder .github', { '.git/': '', '.github/': '' }, github],
    ['a remote at GitHub', { '.git/config': config('git@github.com:a/b.git') }, github],
    ['a GitHub of a company', { '.git/config': config('https://github.example.com/a/b') }, github],
    ['a remote at GitLab', { '.git/config': config('ssh://git@gitlab.example.com:22/a/b') }, '.gitlab-ci.yml'],
    [
      'a file .gitlab-ci.yml',
      { '.git/': '', '.gitlab-ci.yml': 'test: { script: [true] }\n' },
      'load-test.gitlab-ci.yml',
    ],
    [
      'both, and a remote',
      { '.git/config': config('https://gitlab.com/a/b'), '.github/': '', '.gitlab-ci.yml': '' },
      'load-test.gitlab-ci.yml',
    ],
    [
      'a worktree of git',
      {
        '.git': 'gitdir: git/worktrees/w',
        'git/worktrees/w/commondir': '../..',
        'git/config': config('https://github.com/a/b'),
      },
      github,
    ],
    ['only the path has the word', { '.git/config': config('https://git.example.com/github/b') }, undefined],
    ['no repository', {}, undefined],
  ]
  for (const [title, files, created] of cases)
    test(title, async () => {
      const dir = folderWith(files)
      const { stdout } = await init(dir, ['load'])
      const found = [...stdout.matchAll(/^created +(\S+\.yml) /gm)].map(([, path]) => path)
      assert.deepEqual(found, created ? [created] : [])
    })

  test('--ci goes before it', async () => {
    const dir = folderWith({ '.git/config': config('https://github.com/a/b') })
    const { stdout } = await init(dir, ['--ci', 'none'])
    assert.doesNotMatch(stdout, /\.yml|CI/)
    assert.match((await init(dir, ['--ci', 'gitlab'])).stdout, /^created +\.gitlab-ci\.yml/m)
  })

  test('in a subfolder of a repository: the workflow is at its top, and works in the subfolder', async () => {
    const dir = folderWith({ '.git/config': config('https://github.com/a/b') })
    const { read } = await init(dir, ['tests/load'])
    const { jobs } = parse(read(github))
    assert.equal(jobs['load-test'].defaults.run['working-directory'], 'tests/load')
    const upload = jobs['load-test'].steps.at(-1)
    assert.equal(upload.with.path, 'tests/load/results/')
    await init(dir, ['tests/load', '--ci', 'gitlab'])
    const job = parse(read('.gitlab-ci.yml'))['load-test']
    assert.equal(job.script[0], 'cd tests/load')
    assert.equal(job.script.at(-1), 'npm run load')
    assert.deepEqual(job.artifacts.paths, ['tests/load/results/'])
    assert.equal(job.artifacts.when, 'always')
  })

  test('the actions are those of our own workflows', async () => {
    const { read } = await init(folderWith(), ['--ci', 'github'])
    const ours = readFileSync(new URL('../../../.github/workflows/release.yml', import.meta.url), 'utf8')
    const uses = [...read(github).matchAll(/uses: (actions\/.*)$/gm)].map(([, use]) => use as string)
    assert.equal(uses.length, 3)
    for (const use of uses) assert.ok(ours.includes(use), use)
  })
})

describe('whose package manager', () => {
  const cases: [string, Record<string, string>, System['env'], string[]][] = [
    ['a lock file of the repository', { '.git/': '', 'pnpm-lock.yaml': '' }, {}, ['pnpm install', 'pnpm run load']],
    [
      'the nearest one',
      { '.git/': '', 'yarn.lock': '', 'load/package-lock.json': '' },
      {},
      ['npm install', 'npm run load'],
    ],
    [
      'who called: pnpm create',
      {},
      { npm_config_user_agent: 'pnpm/10.1.0 npm/? node/v24' },
      ['pnpm install', 'pnpm run load'],
    ],
    [
      'who called: yarn create',
      {},
      { npm_config_user_agent: 'yarn/4.9.0 npm/? node/v24' },
      ['yarn install', 'yarn run load'],
    ],
    ['another one is taken as npm', {}, { npm_config_user_agent: 'bun/1.3.0' }, ['npm install', 'npm run load']],
  ]
  for (const [title, files, env, commands] of cases)
    test(title, async () => {
      const { stdout, read } = await init(folderWith(files), ['load', '--ci', 'github', '-H', 'http://x.test'], env)
      for (const command of commands) assert.match(stdout, new RegExp(`^ {2}${command}`, 'm'))
      const path = '.git/' in files ? github : `load/${github}`
      const steps = parse(read(path)).jobs['load-test'].steps as { run?: string }[]
      assert.ok(steps.some(({ run }) => run === commands[1]))
    })
})

describe('what is there already', () => {
  test('the same once more: nothing changes', async () => {
    const dir = folderWith()
    const texts = () =>
      readdirSync(dir)
        .filter((name) => name !== '.github')
        .map((name) => readFileSync(join(dir, name), 'utf8'))
    await init(dir, ['--ci', 'github'])
    const before = texts()
    const { exitCode, stdout } = await init(dir, ['--ci', 'github'])
    assert.equal(exitCode, 0)
    assert.deepEqual(texts(), before)
    assert.equal(stdout.match(/^unchanged /gm)?.length, 6)
    assert.doesNotMatch(stdout, /--force/)
  })

  test('files of others stay, and what they need is told; --force replaces those that are only ours', async () => {
    const mine = {
      'load-test.ts': '// mine\n',
      'smoke.yaml': 'load: { host: https://mine.test/shop }\n',
      'tsconfig.json': '{}\n',
      '.gitignore': '/node_modules\n',
    }
    const dir = folderWith(mine)
    const kept = await init(dir)
    assert.equal(kept.exitCode, 0)
    for (const [name, text] of Object.entries(mine)) assert.equal(kept.read(name), text)
    assert.match(kept.lineOf('load-test.ts') ?? '', /^kept .*exists already$/)
    assert.match(kept.lineOf('tsconfig.json') ?? '', /needs "target" of ES2022/)
    assert.match(kept.lineOf('.gitignore') ?? '', /needs the lines results, load-test\.bundle$/)
    assert.match(kept.stdout, /--force replaces/)
    // whom to load is in the values file that is there
    assert.doesNotMatch(kept.stdout, /katydid target/)
    const forced = await init(dir, ['--force'])
    for (const name of ['load-test.ts', 'smoke.yaml', 'tsconfig.json'])
      assert.match(forced.lineOf(name) ?? '', /^replaced/)
    assert.equal(forced.read('.gitignore'), mine['.gitignore'])
    assert.equal(parse(forced.read('smoke.yaml')).load.host, 'http://127.0.0.1:8000')
  })

  test('a values file of another protocol: the rest is created beside it', async () => {
    const dir = folderWith({ 'smoke.yaml': 'load: { host: "tcp://me:hush@127.0.0.1:6379" }\n' })
    const { exitCode, read, stdout } = await init(dir, ['--ci', 'github'])
    assert.equal(exitCode, 0)
    assert.doesNotMatch(read(github), /katydid target/)
    for (const text of [stdout, read('load-test.ts')]) assert.doesNotMatch(text, /hush/)
    const { lineOf } = await init(dir, ['-H', 'https://shop.test'])
    assert.match(lineOf('smoke.yaml') ?? '', /^kept .*it needs load\.host: https:\/\/shop\.test$/)
  })

  test('a values file that cannot be read is told, and --force replaces it', async () => {
    const dir = folderWith({ 'smoke.yaml': 'load: [\n' })
    const { exitCode, stderr } = await init(dir)
    assert.equal(exitCode, 2)
    assert.match(stderr, /smoke\.yaml:2:1: this is not valid YAML/)
    assert.equal((await init(dir, ['--force'])).exitCode, 0)
  })

  test('package.json gets what it lacks, in its own style; nothing else of it changes', async () => {
    const text =
      '{\n\t"name": "app",\n\t"scripts": { "test": "vitest" },\n\t"devDependencies": { "typescript": "5.9.3" },\n\t"x": [1]\n}'
    const { manifest, read, lineOf } = await init(folderWith({ 'package.json': text }))
    const { scripts, devDependencies, ...rest } = manifest()
    assert.deepEqual(rest, { name: 'app', x: [1] })
    assert.deepEqual(Object.keys(scripts), ['test', 'load', 'load:one'])
    assert.deepEqual([scripts.test, devDependencies.typescript], ['vitest', '5.9.3'])
    assert.equal(devDependencies.katydid, `^${version()}`)
    assert.match(
      lineOf('package.json') ?? '',
      /^changed .*scripts\.load, scripts\.load:one, devDependencies\.@types\/node, devDependencies\.katydid$/,
    )
    assert.match(read('package.json'), /^\t"scripts": \{\n\t\t"test"/m)
    assert.doesNotMatch(read('package.json'), /\n$/)
  })

  test('line ends of Windows stay', async () => {
    const { read } = await init(folderWith({ 'package.json': '{\r\n  "name": "app"\r\n}\r\n' }))
    assert.doesNotMatch(read('package.json'), /[^\r]\n/)
    assert.match(read('package.json'), /\}\r\n$/)
  })

  test('another script load stays, and the command is told', async () => {
    const { manifest, stdout } = await init(folderWith({ 'package.json': '{"scripts":{"load":"make"}}' }))
    assert.equal(manifest().scripts.load, 'make')
    assert.match(stdout, /another script named load.*katydid run -f smoke\.yaml/)
    assert.match(stdout, /^ {2}npx katydid run -f smoke\.yaml/m)
  })

  test('a pipeline of GitLab stays, also with --force, and the line to add is told', async () => {
    const dir = folderWith({ '.gitlab-ci.yml': 'build: { script: [make] }\n' })
    for (const flags of [[], ['--force']]) {
      const { read, stdout } = await init(dir, flags)
      assert.equal(read('.gitlab-ci.yml'), 'build: { script: [make] }\n')
      assert.match(
        stdout,
        /load-test\.gitlab-ci\.yml +add to \.gitlab-ci\.yml: include: \[\{ local: load-test\.gitlab-ci\.yml \}\]/,
      )
    }
  })
})

describe('what is refused, with nothing written', () => {
  const cases: [title: string, args: string[], files: Record<string, string>, said: RegExp][] = [
    [
      'a file in the place of the folder',
      ['a.txt'],
      { 'a.txt': '' },
      /a\.txt is a file, but a load test needs a folder\n {2}choose another name/,
    ],
    [
      'a folder in a file',
      ['a.txt/load'],
      { 'a.txt': '' },
      /load-test\.ts cannot be written: a part of its path is a file/,
    ],
    [
      'a URL without a scheme',
      ['-H', 'shop.example.com'],
      {},
      /"shop\.example\.com" is not an http or https URL\n {2}write it like/,
    ],
    ['a URL of another protocol', ['-H', 'ftp://shop.test'], {}, /is not an http or https URL/],
    [
      'a password in the URL',
      ['-H', 'https://me:hush@shop.test'],
      {},
      /contains a user name or a password\n.*KATYDID_HOST/,
    ],
    [
      'a URL as the folder',
      ['https://shop.test'],
      {},
      /is a URL, but init takes a folder here\n.*--host https:\/\/shop\.test/,
    ],
    ['a package.json that is no JSON', [], { 'package.json': '{ "name": }' }, /package\.json is not JSON: /],
    ['a package.json that is a list', [], { 'package.json': '[]' }, /package\.json is not a JSON object/],
    ['an unknown flag', ['--frce'], {}, /unknown option '--frce'\n.*--force/],
    ['an unknown CI', ['--ci', 'jenkins'], {}, /'jenkins' is invalid\. Allowed choices are github, gitlab, none/],
    ['two folders', ['a', 'b'], {}, /too many arguments/],
  ]
  for (const [title, args, files, said] of cases)
    test(title, async () => {
      const dir = folderWith(files)
      const { exitCode, stdout, stderr } = await init(dir, args)
      assert.equal(exitCode, 2)
      assert.equal(stdout, '')
      assert.match(stderr, said)
      assert.doesNotMatch(stderr, /hush|internal error/)
      assert.deepEqual(readdirSync(dir), Object.keys(files))
    })

  // whoever runs the tests may be root, whom no permission stops
  test('a folder that cannot be written', {
    skip: process.platform === 'linux' ? false : 'there is no /proc',
  }, async () => {
    const { exitCode, stderr } = await init(folderWith(), ['/proc/load'])
    assert.equal(exitCode, 2)
    assert.match(
      stderr,
      /\/proc\/load\/load-test\.ts cannot be written: .*\(E\w+\)\n {2}choose a folder that you may write into/,
    )
  })
})
