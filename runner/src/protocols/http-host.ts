import { KatydidError } from '../errors.ts'
import { withoutCredentials } from '../plan/without-credentials.ts'
import { RequestTypeError } from './request-error.ts'
import { credentialsOf } from './url-credentials.ts'

/** What `--host` or a user class names, as a URL. KatydidError PLAN where nothing can be asked of it over HTTP. */
export function httpHost(host: string | URL): URL {
  const text = String(host)
  const url = URL.parse(text)
  const shown = JSON.stringify(withoutCredentials(text))
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new KatydidError('PLAN', `the host ${shown} is not an http or https URL`, {
      hint: 'write it like http://localhost:8000 or https://shop.example.com/api',
    })
  if (url.search !== '' || url.hash !== '')
    throw new KatydidError('PLAN', `the host ${shown} has a ${url.search === '' ? 'fragment' : 'query'}`, {
      hint: 'write only scheme, name, port and the first part of the path, and set the query in each request',
    })
  try {
    credentialsOf(url)
  } catch (error) {
    if (!(error instanceof RequestTypeError)) throw error
    throw new KatydidError('PLAN', `the host ${shown}: ${error.problem}`, { hint: error.hint })
  }
  return url
}
