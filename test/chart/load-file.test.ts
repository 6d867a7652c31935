import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { mostInlineBytes } from '../../runner/src/cli/bundle.ts'
import { compile } from '../../runner/src/loadfile/compile.ts'
import { compress } from '../../runner/src/loadfile/compressed.ts'
import { parseValues } from '../../runner/src/plan/values-file.ts'
import { temporaryFolder } from '../run-katydid.ts'
import { base, helms, Objects, render, root } from './helm.ts'

interface Init {
  name: string
  volumeMounts: { name: string; mountPath: string }[]
  securityContext: object
}

const page = readFileSync(join(root, 'runner/docs/kubernetes-load-files.md'), 'utf8')
const examplesOf = (title: string) => {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? ''
  return [...section.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) =>
    parseValues(text, 'kubernetes-load-files.md'),
  )
}
const examples = [...examplesOf('Git'), ...examplesOf('URL: archive with a checksum')]

for (const { major, path: helm, skip } of helms)
  describe(`ConfigMaps with load files, by Helm ${major}`, { skip }, () => {
    const lib = { name: 'lib', items: [{ key: 'lib-a.ts', path: 'lib/a/b.ts' }] }

    test('whole, or with each key where it belongs: all in one folder', () => {
      const { volumes, containers } = new Objects(helm, [
        base,
        { loadFile: { content: 'export {}', configMaps: ['rows', lib, { name: 'more' }] } },
      ]).podOf('master').spec
      assert.deepEqual(
        volumes.find(({ name }) => name === 'load'),
        {
          name: 'load',
          projected: {
            sources: [
              { configMap: { name: 'shop-load' } },
              { configMap: { name: 'rows' } },
              { configMap: lib },
              { configMap: { name: 'more' } },
            ],
          },
        },
      )
      assert.equal(containers[0].volumeMounts?.find(({ name }) => name === 'load')?.mountPath, '/etc/katydid/load')
    })

    for (const one of [7, '', {}, { name: 'a', items: [{ key: 'b' }] }, { name: 'a', optional: true }])
      test(`refused: ${JSON.stringify(one)}`, () => {
        const { exitCode, stderr } = render(helm, [base, { loadFile: { configMaps: [one] } }])
        assert.equal(exitCode, 1)
        assert.match(stderr, /configMaps/)
      })
  })

for (const { major, path: helm, skip } of helms)
  describe(`load files that an init container brings, by Helm ${major}`, { skip }, () => {
    assert.equal(examples.length, 2)
    for (const [index, name] of ['git', 'fetch'].entries())
      test(`${name}: where it writes the master reads, and a namespace that is restricted takes it`, () => {
        const objects = new Objects(helm, [base, examples[index]!])
        const { initContainers = [], containers, volumes } = objects.podOf('master').spec
        const init = (initContainers as unknown as Init[]).find((each) => each.name === name)
        assert.ok(init)
        for (const { name } of init.volumeMounts)
          assert.ok(
            volumes.some((volume) => volume.name === name),
            name,
          )
        const plan = objects.named('ConfigMap/shop-plan').data?.['plan.yaml'] ?? ''
        const [, file = ''] = /^ *file: (.*)$/m.exec(plan) ?? []
        const mount = containers[0].volumeMounts?.find(({ mountPath }) => file.startsWith(`${mountPath}/`))
        assert.ok(mount, file)
        assert.ok(init.volumeMounts.some(({ name }) => name === mount.name))
        assert.deepEqual(init.securityContext, containers[0].securityContext)
        // workers get it from the master
        assert.equal(objects.podOf('workers').spec.initContainers, undefined)
      })
  })

for (const { major, path: helm, skip } of helms)
  test(`a load file of a ConfigMap is where the plan says, and in the master only, by Helm ${major}`, { skip }, () => {
    const [values] = examplesOf('ConfigMap')
    assert.ok(values)
    const objects = new Objects(helm, [base, values])
    const { containers, volumes } = objects.podOf('master').spec
    const mount = containers[0].volumeMounts?.find(({ name }) => name === 'load')
    assert.ok(objects.named('ConfigMap/shop-plan').data?.['plan.yaml']?.includes(`file: ${mount?.mountPath}/shop.ts\n`))
    assert.deepEqual(
      volumes.find(({ name }) => name === 'load'),
      {
        name: 'load',
        projected: { sources: [{ configMap: { name: 'shop' } }] },
      },
    )
    assert.ok(
      !objects.podOf('workers').spec.volumes.some(({ name }) => name === 'load'),
      'workers get it from the master',
    )
  })

/** What is not a bundle, and what is said of it. */
const mistakes: Record<string, [content: string, says: string]> = {
  'a path': ['shop.ts', 'loadFile.content is a path, shop.ts, not the content of a file'],
  'the path of a bundle': [' ./test/my shop.mjs\n', 'is a path, ./test/my shop.mjs, not'],
  'the path of a compressed bundle': ['./shop.bundle', 'is a path, ./shop.bundle, not'],
  'the path of a locustfile': ['locustfile.py', 'is a path, locustfile.py, not'],
  'gzip that is no text': ['\x1f\x8b\x08', 'is a gzip file, not text'],
  'import type': [
    "// my shop\n\nimport { HttpUser } from 'katydid'\nimport type { Cart } from './cart'\n",
    'is TypeScript that is not compiled (import type)',
  ],
  'a type among the names': [
    '/* a\n** b */\nimport { HttpUser, type Auth } from "katydid"\n',
    'is TypeScript that is not compiled (import type)',
  ],
  'a file beside it': [
    "import { HttpUser, task } from 'katydid'; import * as cart from './lib/cart.js'\nexport class A extends HttpUser {}\n",
    'imports ./lib/cart.js, a file that is not in the cluster',
  ],
  'a file above it, of many names': [
    "import 'node:fs'\nimport {\n  a,\n  b,\n} from '../shared/names'\n",
    'imports ../shared/names, a file that is not in the cluster',
  ],
}
/** What is no mistake, though it has the same words. */
const good: Record<string, string> = {
  'a text': "import { HttpUser } from 'katydid'\nconst a = `\nimport type { B } from './b'\nimport c from './c'`\n",
  'a comment': "/* import a from './a' */\n// import type { B } from './b'\nimport { HttpUser } from 'katydid'\n",
  'a name': "import type from 'a'\nimport { type as kind } from 'b'\nexport const c = kind(type)\n",
  'an import as it runs': "const { a } = await import('./a.js')\n",
}

for (const { major, path: helm, skip } of helms)
  describe(`loadFile.content, by Helm ${major}`, { skip }, () => {
    const rendered = (content: string) => {
      const path = join(temporaryFolder(), 'content')
      writeFileSync(path, content)
      return render(helm, [base], ['--set-file', `loadFile.content=${path}`])
    }

    for (const [name, [content, says]] of Object.entries(mistakes))
      test(`refused: ${name}`, () => {
        const { exitCode, stderr } = rendered(content)
        assert.equal(exitCode, 1)
        assert.ok(stderr.includes(says), stderr)
        assert.match(
          stderr,
          /: bundle it with katydid bundle shop\.ts -o shop\.bundle, then use --set-file loadFile\.content=shop\.bundle/,
        )
      })

    for (const [name, content] of Object.entries(good))
      test(`not refused: ${name}`, () => {
        const { exitCode, stderr } = rendered(content)
        assert.equal(exitCode, 0, stderr)
      })

    const examples = readdirSync(join(root, 'runner/examples')).filter((name) => name.endsWith('.ts'))
    for (const name of examples)
      test(`not refused: the bundle of ${name}`, async () => {
        const { code } = await compile(join(root, 'runner/examples', name), { portable: true })
        const { exitCode, stderr } = rendered(code)
        assert.equal(exitCode, 0, stderr)
      })

    test('a compressed bundle is whole in its ConfigMap', () => {
      const bundle = compress("import { HttpUser } from 'katydid'\n".repeat(50_000))
      const path = join(temporaryFolder(), 'shop.bundle')
      writeFileSync(path, bundle)
      const objects = new Objects(helm, [base], ['--set-file', `loadFile.content=${path}`])
      assert.equal(objects.named('ConfigMap/shop-load').data?.['load.js'], bundle)
    })

    test('refused: a bundle that is too large, with the ways out', () => {
      const bundle = compress(randomBytes(330_000).toString('base64'))
      const { exitCode, stderr } = rendered(bundle)
      assert.equal(exitCode, 1)
      const kib = Math.ceil(bundle.length / 1024)
      assert.ok(
        stderr.includes(`loadFile.content has ${kib} KiB; the limit for a compressed bundle is 430 KiB. Put`),
        stderr,
      )
      for (const way of ['image.repository', 'loadFile.configMaps', 'pods.master.volumes'])
        assert.ok(stderr.includes(way), stderr)
    })
  })

/** Helm 3 asks a cluster before it prints a release; both keep it in the same form. */
const [, { path: helm4, skip: noHelm4 }] = helms as [unknown, (typeof helms)[number]]

test('the largest load file fits into the Secret that Helm keeps of a release', { skip: noHelm4 }, () => {
  const dir = temporaryFolder()
  const values = join(dir, 'values.json')
  // what cannot be made smaller, as base64 that nobody has compressed cannot
  const content = randomBytes(mostInlineBytes).toString('base64').slice(0, mostInlineBytes)
  writeFileSync(values, JSON.stringify({ ...base, loadFile: { content } }))
  const args = ['install', 'shop', join(root, 'chart'), '--dry-run=client', '--output', 'json', '--values', values]
  const release = execFileSync(helm4, args, { maxBuffer: 2 ** 26 })
  assert.ok(release.length > 2 * mostInlineBytes)
  const kept = gzipSync(release, { level: 9 }).toString('base64').length
  const rest = 1024 * 1024 - kept
  assert.ok(rest > 16 * 1024, `${rest} bytes are left for other values`)
})
