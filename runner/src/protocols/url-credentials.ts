import { addEncodedRedaction, addRedaction } from '../loadfile/redactions.ts'
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
  // in a Basic header the password is not to be recognised by itself
  addRedaction(Buffer.from(`${username}:${password}`).toString('base64'))
  return { username, password }
}

/** Keeps what stands before a URL's host out of every output; false if there is nothing. */
export function hideCredentials({ username, password }: URL): boolean {
  // a lone name is a token: https://token@host
  addEncodedRedaction(password === '' ? username : password)
  return username !== '' || password !== ''
}

/** An absolute URL without what stands before its host; for names and messages. */
export function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:[\\/]*)[^\\/?#]*@/i, '$1')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new RequestTypeError(
      'the name or password in a URL has a percent sign that encodes nothing',
      'write a percent sign in a name or password as %25',
    )
  }
}
