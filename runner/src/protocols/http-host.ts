import { KatydidError } from '../errors.ts'

/** What `--host` or a user class names, as a URL. KatydidError PLAN where nothing can be asked of it over HTTP. */
export function httpHost(host: string): URL {
  const url = URL.parse(host)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new KatydidError('PLAN', `the host ${JSON.stringify(host)} is not an http or https URL`, {
    hint: 'write it as http://localhost:8000 or https://shop.example.com/api',
  })
}
