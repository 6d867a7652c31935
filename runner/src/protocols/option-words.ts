const planned = (row: string) => `set it for the whole run: ${row}`
const tls = planned('--insecure (load.http.insecure) or --ca (load.http.ca)')
const client = planned('--cert and --key (load.http.cert, load.http.key)')
const proxy = planned('--proxy (load.http.proxy)')
const redirect = 'use redirect: false, true or the highest number of redirects to follow'
const query = 'use query: { page: 2 } for the part of the URL after the question mark'
const body = 'use json for an object, form for form fields, body for text or bytes'
const whole = 'remove it: use response.json(), text() or bytes(), or stream: true to read the body in parts'
const browser = 'remove it: only browsers have it'
const decide = 'use catchResponse: true, and response.success() or failure()'
const label = 'use name for the name in reports, and context for data that listeners of events.request get'
const method = "use client.request('PUT', '/path', options)"
const url = 'give the path or URL as the first argument, and set the host with --host or client.baseUrl'
const auth = 'use auth: { username, password } or auth: { bearer: token }'
const cookies = "use client.cookies.set(name, value), or headers: { cookie: 'a=1' }"
const connect = planned('--connect-timeout (load.http.connectTimeout)')
const timeout = "use timeout: seconds, or text such as '500ms'"
const files = "use form with a FormData: form.set('file', new File([bytes], 'a.txt'))"
const events = 'use events.request.addListener(…)'
const ended = 'use timeout. A request also ends when its user stops'

/** How Locust, requests, k6, fetch, axios and got call what is asked of a request, and what it is here. */
export const otherWords: Readonly<Record<string, string>> = {
  // Locust, requests
  data: body,
  params: `${query} (the params of k6 are options here: headers, name, timeout)`,
  allow_redirects: redirect,
  catch_response: 'use catchResponse: true',
  verify: tls,
  cert: client,
  cookies,
  files,
  proxies: proxy,
  hooks: events,
  network_timeout: timeout,
  connection_timeout: connect,
  insecure: tls,
  // k6
  tags: label,
  jar: cookies,
  redirects: redirect,
  responseType: whole,
  responseCallback: decide,
  compression: "use headers: { 'content-encoding': 'gzip' } and a body that you have compressed",
  // fetch
  method,
  signal: ended,
  credentials: `${browser}; ${cookies}`,
  mode: browser,
  cache: browser,
  integrity: browser,
  keepalive: planned('--no-keep-alive (load.http.keepAlive: false)'),
  priority: browser,
  referrer: "use headers: { referer: 'https://shop.example.com' }",
  referrerPolicy: browser,
  window: browser,
  duplex: 'remove it: katydid sends streams without it',
  dispatcher: proxy,
  // axios, got, node
  url,
  baseURL: url,
  baseUrl: url,
  prefixUrl: url,
  path: url,
  host: url,
  maxRedirects: redirect,
  followRedirect: redirect,
  followRedirects: redirect,
  followAllRedirects: redirect,
  validateStatus: decide,
  throwHttpErrors: decide,
  cancelToken: ended,
  searchParams: query,
  search: query,
  qs: query,
  queryParams: query,
  query_params: query,
  withCredentials: cookies,
  cookieJar: cookies,
  maxContentLength: planned('load.http.maxBodyBytes'),
  agent: proxy,
  httpAgent: proxy,
  httpsAgent: tls,
  rejectUnauthorized: tls,
  ca: tls,
  key: client,
  decompress: whole,
  encoding: whole,
  retry: 'remove it: write a loop in the task',
  retries: 'remove it: write a loop in the task',
  responseEncoding: whole,
  timeoutMs: timeout,
  deadline: timeout,
  // what people call a body
  content: body,
  payload: body,
  text: body,
  formData: files,
  multipart: files,
  contentType: "use headers: { 'content-type': 'text/xml' }",
  content_type: "use headers: { 'content-type': 'text/xml' }",
  // what people call the rest
  username: auth,
  user: auth,
  password: auth,
  token: auth,
  bearer: auth,
  label,
  tag: label,
  group: label,
}

/** The same of what sessions of Locust, requests, axios and got let one set for all requests of a user. */
export const otherSettings: Readonly<Record<string, string>> = {
  verify: tls,
  cert: client,
  proxies: proxy,
  proxy,
  trust_env: 'remove it: katydid reads no proxies and logins from the environment',
  timeout: `${planned('--timeout (load.http.timeout)')}; or set timeout in a request`,
  params: 'set query in each request',
  hooks: events,
  max_redirects: planned('--max-redirects (load.http.maxRedirects)'),
  stream: whole,
  base_url: 'use client.baseUrl',
  baseURL: 'use client.baseUrl',
  host: 'use client.baseUrl',
  defaults: 'use client.headers, client.auth, client.baseUrl',
  jar: cookies,
  catch_response: 'set catchResponse: true in each request',
  request_name: 'use client.renameRequest(name)',
  rename_request: 'use client.renameRequest(name)',
}
