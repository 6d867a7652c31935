import { inspect } from 'node:util'
import fc from 'fast-check'

const percent = (text: string, upper: boolean) => percentBytes(Buffer.from(text), upper)
const percentBytes = (bytes: Buffer, upper: boolean) =>
  [...bytes]
    .map((byte) => `%${upper ? byte.toString(16).toUpperCase().padStart(2, '0') : byte.toString(16).padStart(2, '0')}`)
    .join('')
const entities = (text: string, of: (codePoint: number) => string) =>
  [...text].map((char) => of(char.codePointAt(0)!)).join('')
const html = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
const json = (text: string) => JSON.stringify(text).slice(1, -1)
const units = (text: string) =>
  text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const wide = (text: string) => Buffer.from(text, 'utf16le')
/** Of other characters the bytes of UTF-16 may be read as UTF-8, and are not found. */
const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text)

/** Ways in which software writes a text somewhere else: what each makes of a secret is no less a secret. */
export const encodings: Record<string, (secret: string) => string> = {
  'as it is': (secret) => secret,
  encodeURIComponent,
  encodeURI,
  'encodeURIComponent twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'a form, URLSearchParams': (secret) => new URLSearchParams([['k', secret]]).toString().slice(2),
  // of `a/../b` a URL leaves only a part
  'the path of a URL': (secret) =>
    /(^|[\\/])\.\.?([\\/]|$)/.test(secret)
      ? secret
      : new URL(`http://h/p/${encodeURI(secret).replace(/[?#]/g, encodeURIComponent)}`).pathname.slice(3),
  'the query of a URL': (secret) => new URL(`http://h/?k=${secret.replaceAll('#', '%23')}`).search.slice(3),
  'the name in a URL': (secret) => {
    const url = new URL('http://h/')
    url.username = secret
    return url.username
  },
  'every byte percent-encoded': (secret) => percent(secret, true),
  'every byte percent-encoded, in lower case': (secret) => percent(secret, false),
  'as RFC 3986 wants it': (secret) => encodeURIComponent(secret).replace(/[!'()*]/g, (char) => percent(char, true)),
  'in capitals': (secret) => secret.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  'as a host': (secret) => secret.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  JSON: json,
  'JSON in JSON': (secret) => json(json(secret)),
  'JSON for HTML': (secret) => json(secret).replace(/[<>&']/g, units),
  'JSON in ASCII': units,
  'JSON in a URL': (secret) => encodeURIComponent(json(secret)),
  'HTML in a URL': (secret) => encodeURIComponent(html(secret)),
  HTML: html,
  'HTML twice': (secret) => html(html(secret)),
  'entities by number': (secret) => entities(secret, (codePoint) => `&#${codePoint};`),
  'entities by hexadecimal number': (secret) => entities(secret, (codePoint) => `&#x${codePoint.toString(16)};`),
  CSV: (secret) => `"${secret.replaceAll('"', '""')}"`,
  'a label of Prometheus': (secret) => secret.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"'),
  'util.inspect': (secret) => inspect(secret).slice(1, -1),
  'Basic, after a name': (secret) => `Basic ${Buffer.from(`user:${secret}`).toString('base64')}`,
  'Basic, after another name': (secret) => `Basic ${Buffer.from(`u:${secret}`).toString('base64')}`,
  'Basic, as the name': (secret) => `Basic ${Buffer.from(`${secret}:`).toString('base64')}`,
  'Basic in a query': (secret) => encodeURIComponent(Buffer.from(`me:${secret}`).toString('base64')),
  base64url: (secret) => Buffer.from(JSON.stringify({ key: secret })).toString('base64url'),
  hexadecimal: (secret) => Buffer.from(secret).toString('hex'),
  'UTF-16 in a URL': (secret) => (isAscii(secret) ? percentBytes(wide(secret), true) : secret),
  'UTF-16, the other order of bytes, in a URL': (secret) =>
    isAscii(secret) ? percentBytes(wide(secret).swap16(), true) : secret,
  'UTF-16, byte by byte': (secret) => wide(secret).toString('latin1'),
  'UTF-16, byte by byte, in JSON': (secret) => json(wide(secret).toString('latin1').replace(/\0$/, '')),
  'UTF-16 in base64': (secret) => wide(secret).toString('base64'),
  'UTF-16 in base64, the other order of bytes': (secret) => wide(secret).swap16().toString('base64'),
  'UTF-16 in hexadecimal': (secret) => wide(secret).toString('hex'),
}

/** Whether a text gives a secret away, to whoever decodes what it was encoded by. */
export function givesAway(text: string, secret: string): boolean {
  const inner = secret.trim()
  return Object.entries(encodings).some(([how, encode]) => {
    const form = encode(inner)
    // what no encoding changes is told from chance by its length; of base64 the middle
    const sure = /base64|Basic/.test(how) ? form.replace(/^Basic /, '').slice(8, -6) : form
    return sure.length >= 6 && text.includes(sure)
  })
}

/** Passwords and tokens, also such as people paste together. */
export const secrets = fc
  .oneof(
    fc.string({ minLength: 4, maxLength: 40 }),
    fc.string({ minLength: 4, maxLength: 20, unit: 'grapheme' }),
    fc.string({ minLength: 4, maxLength: 24, unit: fc.constantFrom(...'aA0%+&"\'\\<> /=?#;:@!🦗é') }),
    fc.constantFrom(
      'Passw0rd!<xyz> 1',
      'tok3nSECRETtok3nSECRETtok3nSECRET',
      'a&amp;b%2525',
      '+++ +++',
      '""""""',
      '\\\\u0041\\\\',
    ),
  )
  .filter((secret) => secret.trim().length >= 4 && secret.isWellFormed() && new Set(secret.trim()).size > 1)
