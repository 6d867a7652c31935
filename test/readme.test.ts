import assert from 'node:assert/strict'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type CommandModule, commands } from '../runner/src/cli/cli.ts'
import { tsconfig } from '../runner/src/cli/init/tsconfig.ts'
import { help as workerHelp } from '../runner/src/cli/worker.ts'
import { type EventEffect, eventKinds } from '../runner/src/facts/run-event.ts'
import * as katydid from '../runner/src/index.ts'
import { typecheck } from '../runner/src/loadfile/typecheck.ts'
import { loadSchema } from '../runner/src/plan/load-schema.ts'
import { planOptions } from '../runner/src/plan/options.ts'
import { parseValues } from '../runner/src/plan/values-file.ts'
import type { System } from '../runner/src/system.ts'
import { parseThreshold } from '../runner/src/verdict/threshold-grammar.ts'
import { commandLinePage, withCommandLine } from '../scripts/command-line-page.ts'
import { valuesPage, withValuesFile } from '../scripts/values-page.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const docsFolder = 'runner/docs'
const pageNames = [
  'README.md',
  'runner/README.md',
  ...readdirSync(join(root, docsFolder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${docsFolder}/${name}`),
]
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = new Map(pageNames.map((name) => [name, read(name)]))
/** Without those whose tables have words of other tools: `docs-snippets.test.ts` reads them. */
const ownPages = [...pages].filter(([name]) => !/tutorial|troubleshooting|migrating-/.test(name))
const doc = (name: string) => pages.get(`${docsFolder}/${name}.md`) ?? ''

/** The runner's own code, without its tests. */
function allSources(): string {
  const names = readdirSync(join(root, 'runner/src'), { recursive: true, encoding: 'utf8' })
  const sources = names.filter((name) => name.endsWith('.ts') && !/\.(test|fixture|contract)\.ts$/.test(name))
  return sources.map((name) => read(`runner/src/${name}`)).join('\n')
}

/** Code in fences of a language, or without one; the rest of the page without any code block. */
function fences(page: string, language: string): string[] {
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, of, code = '']) => (of === language ? [code] : []))
}
const withoutFences = (page: string) => page.replace(/^```.*?^```$/gms, '').replace(/^ {4}.*$/gm, '')
const inlineCode = (page: string) => [...withoutFences(page).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)

describe('the API page', () => {
  /** Names in code, without what a call of them says. */
  const named = (text: string) => [...text.matchAll(/`(\w+)[^`]*`/g)].map(([, name]) => name as string)
  const rows = [...doc('api').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name = '', text = '']) => ({ name, text }))
  const rowOf = (name: string) => rows.find((row) => row.name === name)?.text ?? ''

  test('has every name that a load file may import, and no other', () => {
    const statements = [...read('runner/src/index.ts').matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    const exported = statements.flatMap(([, list = '']) =>
      list.split(',').map((each) => each.trim().replace(/^type /, '')),
    )
    const names = exported.filter((name) => name !== '').sort()
    assert.ok(names.length > 40)
    for (const name of Object.keys(katydid)) assert.ok(names.includes(name), `${name} is exported some other way`)
    assert.deepEqual(rows.map(({ name }) => name).sort(), names)
  })

  test('has the members that they have', () => {
    const fieldsOf = (type: string) => {
      const [, body = ''] =
        new RegExp(`^export interface ${type}(?:<[^{]*>)? \\{\\n(.*?)^\\}`, 'ms').exec(allSources()) ?? []
      return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:<(]/gm)].map(([, name]) => name as string)
    }
    const has = (row: string, members: readonly string[]) => {
      assert.ok(members.length > 2, row)
      for (const name of members)
        assert.ok(new RegExp(`\\b${name}\\b`).test(rowOf(row)), `${row}.${name} is not in api.md`)
    }
    has('events', Object.keys(katydid.events))
    const requestOptions = fieldsOf('RequestOptions')
    has('RequestOptions', requestOptions)
    assert.deepEqual(named(rowOf('RequestOptions')).sort(), requestOptions.sort())
    const table = doc('requests').split('## Request options')[1]?.split('\n## ')[0] ?? ''
    const inTable = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string)
    assert.deepEqual(inTable.sort(), requestOptions.sort())
    const environment = fieldsOf('Environment')
    has('Environment', environment)
    assert.deepEqual(named(rowOf('Environment')).sort(), environment.sort())
    has('FeedOptions', fieldsOf('FeedOptions'))
    has('LoadFileMessage', fieldsOf('LoadFileMessage'))
    for (const name of named(rowOf('events')).slice(1, -1)) assert.ok(name in katydid.events, name)
  })
})

describe('thresholds', () => {
  const page = doc('thresholds-and-verdict').split('\n## Thresholds\n')[1] ?? ''

  test('every one that a page shows is one', () => {
    const isOne = /^[^$]*[\w}"] (?:[<>]=?|==?) ["\d.][^ ]*$/
    let count = 0
    for (const [name, text] of ownPages)
      for (const code of [
        ...inlineCode(text),
        ...[...text.matchAll(/--threshold '([^']+)'/g)].map(([, that = '']) => that),
      ])
        if (isOne.test(code) && !/^--|[{([]\s?that|=>|&&/.test(code)) {
          if (isRefused(text, code)) assert.throws(() => parseThreshold(code), `${name}: ${code}`)
          else assert.doesNotThrow(() => parseThreshold(code), `${name}: ${code}`)
          count++
        }
    assert.ok(count > 50, `only ${count}`)
  })

  /** What a page shows in order to say that it is refused; some only where the metric is known. */
  function isRefused(text: string, code: string): boolean {
    const sentence = text.split(/(?<=\.)\s/).find((each) => each.includes(`\`${code}\``)) ?? ''
    return /refuses? a limit/.test(sentence)
  }

  test('every measure, selector and operator is in the page', () => {
    const hint = (text: string): string => {
      try {
        parseThreshold(text)
      } catch (error) {
        return (error as { hint?: string }).hint ?? ''
      }
      throw new Error(`${text} is a threshold`)
    }
    const words = hint('p95x < 1')
      .replace(/^use |, or .*$/g, '')
      .split(', ')
      .slice(1)
    assert.ok(words.includes('fail_ratio') && words.length > 10)
    const measures = page.split('### Measures')[1]?.split('\n### ')[0] ?? ''
    const inTable = [...measures.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)[^`]*`/g)].map(([, word]) => word as string),
    )
    assert.deepEqual(inTable.filter((word) => !/^p\d/.test(word)).sort(), words.sort())
    for (const selector of hint('p95{x} < 1').match(/\{\w+\}/g) ?? []) assert.ok(page.includes(`p95${selector} <`))
    for (const text of ['p1 < 1', 'p99.9999 < 1', 'p100 < 1']) parseThreshold(text)
    for (const text of ['p0 < 1', 'p99.99999 < 1', 'p101 < 1']) assert.throws(() => parseThreshold(text), text)
  })
})

test('the page of events has every kind, with what it makes of the run', () => {
  const rows = new Map<string, string>()
  for (const [, kinds = '', effect = ''] of doc('events').matchAll(/^\| (`\w+`(?:, `\w+`)*) \| .* \|(.*)\|$/gm))
    for (const [, kind = ''] of kinds.matchAll(/`(\w+)`/g)) rows.set(kind, effect.trim())
  const effects = Object.entries<EventEffect>(eventKinds).map(([kind, { outcome, endsLoad, isLoss }]) => {
    const effect = [outcome, endsLoad && 'ends the load', isLoss && 'a lost worker'].filter((each) => each)
    return [kind, effect.join(', ')] as const
  })
  assert.deepEqual(Object.fromEntries(rows), Object.fromEntries(effects))
})

describe('commands, flags and variables', () => {
  const flagsOf = (text: string) => text.match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) ?? []
  const flags = new Map<string, Set<string>>()
  const known = async () => {
    if (flags.size > 0) return flags
    for (const [name, load] of Object.entries<() => Promise<CommandModule>>(commands)) {
      const command = (await load()).build({ args: [], env: {} } as unknown as System, () => {})
      flags.set(name, new Set(flagsOf(name === 'worker' ? workerHelp : command.helpInformation())))
    }
    return flags
  }
  /** Everything that a reader would type: lines of code blocks, and inline code. */
  const typed = (page: string) => [
    ...[...page.matchAll(/^ {4}(.*)$/gm)].map(([, line = '']) => line),
    ...['sh', 'bash', 'console', 'shell', '']
      .flatMap((language) => fences(page, language))
      .flatMap((code) => code.split('\n')),
    ...inlineCode(page),
  ]

  /** Pages with flags and variables of Helm, kubectl, scripts and other load tools. */
  const ofOthers =
    /^README|migrating-from|tutorial|kubernetes|\bci\.md|github-actions|gitops|cleaning-up|troubleshooting/

  test('every command of katydid that a page shows has the flags that it is shown with', async () => {
    const helps = await known()
    let count = 0
    for (const [name, text] of ownPages)
      for (const line of typed(text)) {
        const [, command, rest = ''] =
          /^(?:\$ )?(?:[A-Z_]+=(?:'[^']*'|"[^"]*"|\S+) )*(?:npx )?katydid ([a-z][a-z-]*)(?=\s|$)(.*)/.exec(line) ?? []
        if (command === undefined) continue
        const has = helps.get(command)
        assert.ok(has, `${name}: ${line}: there is no command ${command}`)
        // behind a pipe or a sign of the shell's there are other commands
        const own = (rest.split(/[|;&>#]/)[0] ?? '').replace(/'.*?'|".*?"/g, '')
        for (const flag of flagsOf(own)) assert.ok(has.has(flag), `${name}: ${line}: ${command} has no ${flag}`)
        count++
      }
    assert.ok(count > 40, `only ${count}`)
  })

  test('every flag that a page names alone is one', async () => {
    const every = new Set([...(await known()).values()].flatMap((of) => [...of]))
    // of Helm, kubectl, npm and Locust, where a page speaks of them
    const others =
      /^--(wait|timeout|set(-string|-json|-file)?|atomic|rollback-on-failure|no-hooks|force|server-side|force-conflicts|kube-(version|context)|kubeconfig|version|master|worker|exit-code-on-error|reset-stats|headless|autostart|autoquit|ignore-scripts|load-file|values)$/
    let count = 0
    for (const [name, text] of pages) {
      if (ofOthers.test(name)) continue
      for (const code of inlineCode(text)) {
        const [flag] = /^--?[a-zA-Z][\w-]*/.exec(code) ?? []
        if (flag === undefined || others.test(flag)) continue
        assert.ok(every.has(flag), `${name}: there is no flag ${flag}`)
        count++
      }
    }
    assert.ok(count > 40, `only ${count}`)
  })

  test('command-line.md has every flag as it is (npm run schema)', async () => {
    const page = readFileSync(commandLinePage, 'utf8')
    assert.ok(page === (await withCommandLine(page)), 'the flags are others now: run npm run schema')
  })

  test('values-file.md has every key as it is (npm run schema)', () => {
    const page = readFileSync(valuesPage, 'utf8')
    assert.ok(page === withValuesFile(page), 'the keys are others now: run npm run schema')
  })

  test('variables that pages name are read, and command-line.md names all that are', () => {
    const code = allSources()
    const ofPlan = planOptions.flatMap(({ env }) => env)
    const inCode = new Set([...ofPlan, ...(code.match(/\bKATYDID_[A-Z_]*[A-Z]\b/g) ?? [])])
    const missing = [...inCode].filter((name) => !doc('command-line').includes(`\`${name}`))
    assert.deepEqual(missing, [])
    for (const [name, text] of pages)
      for (const variable of text.match(/\bKATYDID_[A-Z_]*[A-Z]\b/g) ?? [])
        assert.ok(inCode.has(variable) || ofOthers.test(name), `${name}: nothing reads ${variable}`)
  })
})

describe('links', () => {
  /** As GitHub makes anchors of headings. */
  const anchorsOf = (page: string) => {
    const seen = new Map<string, number>()
    return new Set(
      [...page.replace(/^```.*?^```$/gms, '').matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => {
        const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
        const slug = plain
          .toLowerCase()
          .replace(/[^\p{L}\p{N} _-]/gu, '')
          .replaceAll(' ', '-')
        const before = seen.get(slug) ?? 0
        seen.set(slug, before + 1)
        return before === 0 ? slug : `${slug}-${before}`
      }),
    )
  }
  const repository = 'https://github.com/katydid/katydid/'
  /** What the npm package has, from the repository's root. */
  const isPacked = /^runner\/(docs|examples|CHANGELOG\.md|README\.md|plan\.schema\.json|result\.schema\.json)/

  test('every link leads to a file that there is, and to a heading that it has', () => {
    const broken: string[] = []
    const patterns = ['chart/README.md', 'runner/*.md', '.github/*.md', 'runner/docs/*/*.md', 'runner/docs/*.txt']
    const others = globSync(patterns, { cwd: root }).map((name) => [name, read(name)] as const)
    const all = new Map([...pages, ...others])
    for (const [name, text] of all)
      for (const [, target = ''] of text.replace(/^```.*?^```$/gms, '').matchAll(/\]\(([^)\s]+)\)/g)) {
        const isOurs = target.startsWith(repository)
        if (/^[a-z]+:/.test(target) && !isOurs) continue
        const [path = '', anchor] = target.replace(new RegExp(`^${repository}(blob|tree)/main/`), '/').split('#')
        if (isOurs && !path.startsWith('/')) continue
        const file = path.startsWith('/')
          ? join(root, path)
          : path === ''
            ? join(root, name)
            : resolve(root, dirname(name), path)
        // of what npm shows links are whole, and so are those of the package's pages to what is not in it
        if (name === 'runner/README.md' && !isOurs && path !== '') broken.push(`${name}: ${target} is not absolute`)
        if (name.startsWith('runner/docs/') && !isOurs && !isPacked.test(relative(root, file)))
          broken.push(`${name}: ${target} is not in the package: link to ${repository}blob/main/…`)
        if (!existsSync(file)) broken.push(`${name}: ${target}`)
        else if (anchor !== undefined && statSync(file).isFile() && !anchorsOf(readFileSync(file, 'utf8')).has(anchor))
          broken.push(`${name}: ${target}: no such heading`)
      }
    assert.deepEqual(broken, [])
  })

  test('every page is in the index, and in llms.txt', () => {
    const names = pageNames.map((name) => relative(docsFolder, name)).filter((name) => /^[\w-]+\.md$/.test(name))
    for (const index of ['README.md', 'llms.txt']) {
      const text = read(`${docsFolder}/${index}`)
      const missing = names.filter(
        (name) => name !== 'README.md' && !text.includes(`/${name})`) && !text.includes(`](${name})`),
      )
      assert.deepEqual(missing, [], index)
    }
  })
})

describe('what pages show', () => {
  test('TypeScript has right types', async () => {
    const folder = mkdtempSync(join(root, 'node_modules/.readme-'))
    try {
      const files = pageNames.flatMap((name) =>
        fences(pages.get(name) ?? '', 'ts').map((code, index) => ({
          name: `${relative(docsFolder, name).replaceAll(/[./]+/g, '-')}-${index + 1}`,
          code: /^(import|export) /m.test(code) ? code : inTask(code),
        })),
      )
      assert.ok(files.length > 15, `only ${files.length}`)
      mkdirSync(folder, { recursive: true })
      for (const { name, code } of files) writeFileSync(join(folder, `${name}.ts`), code)
      const all = join(folder, 'all.ts')
      writeFileSync(all, files.map(({ name }) => `import './${name}.ts'\n`).join(''))
      const tsconfig = {
        compilerOptions: { strict: true, target: 'ESNext', module: 'NodeNext', moduleResolution: 'NodeNext' },
      }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
      await typecheck(all)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  /** A few lines of a task, as a load file. */
  function inTask(code: string): string {
    return `import { HttpUser, task } from 'katydid'\nexport class A extends HttpUser {\n@task async shown() {\n${code}}\n}\n`
  }

  test('YAML of a run is a plan, or a part of one', () => {
    let count = 0
    for (const [name, text] of pages)
      for (const yaml of fences(text, 'yaml')) {
        if (!/^load:/m.test(yaml)) continue
        const { load } = parseValues(yaml, name) as { load: object }
        const checked = loadSchema.partial({ file: true }).safeParse(load)
        assert.ok(checked.success, `${name}: ${yaml}\n${checked.error?.message}`)
        for (const { that } of checked.data.thresholds) parseThreshold(that)
        count++
      }
    assert.ok(count > 5, `only ${count}`)
  })

  test('JSON is JSON', () => {
    for (const [name, text] of pages)
      for (const json of fences(text, 'json')) assert.doesNotThrow(() => JSON.parse(json), `${name}: ${json}`)
  })

  test('the tsconfig.json for load files is that of katydid init', () => {
    const [shown = ''] = fences(doc('load-files'), 'json')
    assert.equal(shown, tsconfig)
  })
})
