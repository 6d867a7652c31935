import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The `tsc` of the TypeScript that is installed beside a file, or else beside us. */
export function findTypescript(file: string): string | undefined {
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
