import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { compile } from './compile.ts'
import { load } from './load.ts'
import type { LoadFile } from './load-file.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder of its own with files written to it. */
export function inlineFiles(files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'katydid-loadfile-')))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** Compiles and loads the first of the files. */
export async function loadInline(files: Record<string, string>): Promise<LoadFile> {
  return load(await compile(join(inlineFiles(files), Object.keys(files)[0] as string)))
}

export const aUser = `import { HttpUser } from 'katydid'
export class Anybody extends HttpUser {
  static tasks = { nothing: 1 }
  async nothing() {}
}
`

export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../../test/fixtures/loadfiles/${name}`, import.meta.url))
}
