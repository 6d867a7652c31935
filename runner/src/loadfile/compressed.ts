import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { KatydidError } from '../errors.ts'
import { shownPath } from './shown-path.ts'

/*
 * A bundle as `katydid bundle` writes it: JavaScript, gzip, then base64, so that a ConfigMap can hold it as text and it takes about a third of its size.
 * `base64 -d shop.bundle | gunzip` is the JavaScript.
 */

/** How gzip begins (its two bytes, and deflate), and the same in base64. No JavaScript begins so. */
const gzipHead = Buffer.from([0x1f, 0x8b, 0x08])
const base64Head = gzipHead.toString('base64')

/** One line of text. */
export function compress(code: string): string {
  return `${gzipSync(code, { level: 9 }).toString('base64')}\n`
}

/**
 * The JavaScript of a compressed bundle, which is known by its content, whatever its name is: gzip, or gzip in base64. Undefined where it is
 * something else.
 *
 * @throws KatydidError LOAD_FILE where it is damaged
 */
export function decompress(content: Buffer, file: string): string | undefined {
  if (content.subarray(0, gzipHead.length).equals(gzipHead)) return unzip(content, file)
  // spaces may be before it where it was pasted, and a line may end anywhere
  const head = content.subarray(0, 256).toString('latin1').trimStart()
  if (!head.startsWith(base64Head)) return undefined
  const text = content.toString('latin1').replace(/\s+/g, '')
  if (/[^A-Za-z0-9+/=]|=(?!=?$)/.test(text)) throw damaged(file, 'it contains a character that base64 does not have')
  return unzip(Buffer.from(text, 'base64'), file)
}

/** The text of a source file; of a compressed bundle, its JavaScript. Throws where it cannot be read. */
export function sourceText(file: string): string {
  const content = readFileSync(file)
  return decompress(content, file) ?? content.toString('utf8')
}

function unzip(content: Buffer, file: string): string {
  try {
    return gunzipSync(content).toString('utf8')
  } catch (error) {
    const isCut = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR'
    throw damaged(file, isCut ? 'its end is missing' : 'its content was changed', error)
  }
}

function damaged(file: string, how: string, cause?: unknown): KatydidError {
  return new KatydidError('LOAD_FILE', `The load file ${shownPath(file)} is a damaged bundle: ${how}`, {
    cause,
    hint: 'create it again (katydid bundle shop.ts -o shop.bundle), and copy the whole file',
  })
}
