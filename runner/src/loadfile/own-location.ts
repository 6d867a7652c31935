import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'

/** Free occurrences only: a file may well declare a `__dirname` of its own. */
export const locationDefines: Record<string, string> = {
  'import.meta.url': '$katydid_url',
  'import.meta.filename': '$katydid_filename',
  'import.meta.dirname': '$katydid_dirname',
  __filename: '$katydid_filename',
  __dirname: '$katydid_dirname',
}

const asksWhereItIs = /\bimport\.meta\b|\b__(?:dirname|filename)\b/

/**
 * In a bundle every file would be where the bundle is. Files that ask where they are get told, by constants in front of
 * their first line (behind it they would come too late, and an import would make CommonJS files ES modules).
 */
export class OwnLocation {
  readonly #lengths = new Map<string, number>()

  readonly plugin: Plugin = {
    name: 'own-location',
    setup: (build) => {
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, async ({ path }) => {
        const text = await readText(path)
        if (text === undefined || !asksWhereItIs.test(text)) return undefined
        const loader = /\.[cm]?ts$/.test(path) ? 'ts' : /\.tsx$/.test(path) ? 'tsx' : /\.jsx$/.test(path) ? 'jsx' : 'js'
        return { contents: this.tell(path, text), loader }
      })
    },
  }

  /** The text of a file with the constants in front of it. */
  tell(path: string, text: string): string {
    const prefix = constantsOf(path)
    this.#lengths.set(path, Buffer.byteLength(prefix))
    return prefix + text.replace(/^\uFEFF/, '').replace(/^#!/, '//')
  }

  /** How many bytes the first line of a file was moved by. */
  shift(path: string): number {
    return this.#lengths.get(path) ?? 0
  }
}

/** Undefined for what no file system has: the compiler reads packages of Yarn PnP out of their archives, and says what it cannot read. */
async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}

/** For files whose text only the compiler has seen: they are where the bundle is. */
export const bundleLocation =
  'var $katydid_url=import.meta.url,$katydid_filename=import.meta.filename,$katydid_dirname=import.meta.dirname;'

function constantsOf(path: string): string {
  const [url, filename, folder] = [pathToFileURL(path).href, path, dirname(path)].map((text) => JSON.stringify(text))
  return `var $katydid_url=${url},$katydid_filename=${filename},$katydid_dirname=${folder};`
}
