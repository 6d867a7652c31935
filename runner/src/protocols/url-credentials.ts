import { addEncodedRedaction, addOwnPassword } from '../secrets/redactions.ts'
import { RequestTypeError } from './request-error.ts'

/** Name and password as a URL has them: `https://name:password@host`. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** What a URL says before its host, decoded and from now on kept out of every output. Throws RequestTypeError for what cannot be decoded. */
export function credentialsOf(url: URL): Credentials | undefined {
  if (!hideCredentials(url)) return undefined
  const username = decoded(url.username)
  const password = decoded(url.password)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 7617 §2 forbids them
  if (/[\0-\x1f\x7f]/.test(username + password))
    throw new RequestTypeError(
      'the name or password in a URL has a line break or another control character',
      'remove it',
    )
  hide(password === '' ? username : password)
  hide(Buffer.from(`${username}:${password}`).toString('base64'))
  return { username, password }
}

/** Keeps the password of a URL out of every output, as it is written there; false if nothing stands before the host. */
export function hideCredentials({ username, password }: URL): boolean {
  // a lone name is a token: https://token@host
  hide(password === '' ? username : password)
  return username !== '' || password !== ''
}

/** Keeps the passwords of a plan's URLs out of everything, also out of what the load file prints: they were told to katydid, not to it. */
export function hidePlanned(...urls: readonly (string | undefined)[]): void {
  for (const text of urls) {
    const url = text === undefined ? null : URL.parse(text)
    if (url && hideCredentials(url)) addEncodedRedaction(url.password === '' ? url.username : url.password)
  }
}

const hidden = new Set<string>()
/** Looking for the passwords of 50,000 users in every text would cost more than their requests; names and messages have none of them anyway. */
const mostHidden = 300

function hide(text: string): void {
  if (hidden.has(text) || hidden.size >= mostHidden) return
  hidden.add(text)
  addOwnPassword(text)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new RequestTypeError(
      'the name or password in a URL has a percent sign that is not part of an encoded character',
      'write % as %25 in a name or password',
    )
  }
}
