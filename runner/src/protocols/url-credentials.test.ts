import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import { startTarget } from '../../../test/target/target.ts'
import { withoutCredentials } from '../plan/without-credentials.ts'
import { redact } from '../secrets/redactions.ts'
import type { RequestOptions } from './http-options.ts'
import { HttpRun } from './http-run.contract.ts'
import { credentialsOf } from './url-credentials.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

const withUser = (user: string, path = '') => `${target.url.replace('//', `//${user}@`)}${path}`
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

const rows: [what: string, user: string, pair: string, secret: string][] = [
  ['name and password', 'ann:s3cret-word', 'ann:s3cret-word', 's3cret-word'],
  ['encoded', 'ann:s3%63ret%40%20word', 'ann:s3cret@ word', 's3cret@ word'],
  ['not encoded', 'ann:s3cret@w{rd', 'ann:s3cret@w{rd', 's3cret@w{rd'],
  ['a token alone', 'ghp_s3cret', 'ghp_s3cret:', 'ghp_s3cret'],
  ['a password alone', ':s3cret', ':s3cret', 's3cret'],
  ['not ASCII', 'ann:sécret', 'ann:sécret', 'sécret'],
]
for (const [what, user, pair, secret] of rows)
  test(`${what}: of a path, of a host, and of baseUrl`, async (t) => {
    const run = new HttpRun(t)
    run.listen()
    const anywhere = run.client('http://127.0.0.1:1')
    const later = run.client(undefined)
    later.baseUrl = new URL(withUser(user))
    for (const answer of [
      await anywhere.get(withUser(user, '/echo'), { context: {} }),
      await anywhere.get(new URL(withUser(user, '/echo'))),
      await run.client(withUser(user)).get('/echo'),
      await later.get('/echo'),
      await run.client(new URL(withUser(user)) as unknown as string).get('/echo'),
    ]) {
      assert.equal(answer.json<{ headers: Record<string, string> }>().headers.authorization, basic(pair))
      assert.equal(answer.url, `${target.url}/echo`)
    }
    const { names } = await run.assertTruth(target)
    assert.deepEqual(names, [`GET ${target.url}/echo`, 'GET /echo'])
    assert.equal(redact(`${secret} ${basic(pair)}`), '[redacted] Basic [redacted]')
    assert.ok(run.samples.every(({ url }) => url === undefined || !url.includes('@')))
  })

test('what is said nearer to the request wins', async (t) => {
  const client = new HttpRun(t).client(withUser('host:secret'))
  const sent = async (path: string, options?: RequestOptions) =>
    (await client.get(path, options)).json<{ headers: Record<string, string> }>().headers.authorization
  assert.equal(await sent('/echo'), basic('host:secret'))
  client.auth = { bearer: 'client' }
  assert.equal(await sent('/echo'), 'Bearer client')
  assert.equal(await sent(withUser('url:secret', '/echo')), basic('url:secret'))
  assert.equal(await sent(withUser('url:secret', '/echo'), { auth: ['mine', 'own'] }), basic('mine:own'))
  assert.equal(await sent(withUser('url:secret', '/echo'), { auth: null }), undefined)
})

test('of a redirect: not sent, not shown', async (t) => {
  const run = new HttpRun(t)
  const to = encodeURIComponent(withUser('ann:from-a-location', '/echo'))
  const answer = await run.client(target.url).get(`/redirect-to?url=${to}&status=302`, { name: 'r' })
  assert.equal(answer.json<{ headers: Record<string, string> }>().headers.authorization, undefined)
  assert.equal(answer.url, `${target.url}/echo`)
  assert.equal(redact('from-a-location'), '[redacted]')
})

for (const [host, message] of [
  [
    'http://ann:50%off@127.0.0.1:8000',
    /^the host "http:\/\/127.0.0.1:8000": .* percent sign that is not part of an encoded character$/,
  ],
  ['http://ann:50%@127.0.0.1', /percent sign/],
  ['http://ann:%ff@127.0.0.1', /percent sign/],
  ['http://ann:word%0a@127.0.0.1', /line break/],
  ['http://127.0.0.1/?tenant=blue', /has a query/],
  ['http://127.0.0.1/#top', /has a fragment/],
] as const)
  test(`refused: the host ${host}`, (t) => {
    assert.throws(() => new HttpRun(t).client(host), { name: 'KatydidError', message })
    assert.throws(
      () => new HttpRun(t).client(host),
      (error: Error) => !error.message.includes('ann'),
    )
  })

test('names and messages are without them, whatever the URL looks like', () => {
  for (const [url, shown] of [
    ['http://a:b@h/x@y', 'http://h/x@y'],
    ['http://a:b@c@h/', 'http://h/'],
    ['HTTPS:\\\\a:b@h\\@', 'HTTPS:\\\\h\\@'],
    ['http://h/a:b@c', 'http://h/a:b@c'],
    ['http://h?a@b', 'http://h?a@b'],
    ['/a@b', '/a@b'],
  ])
    assert.equal(withoutCredentials(url!), shown)
})

test('a login for each of many users costs no more than some', () => {
  const password = (user: number) => createHash('sha256').update(`${user}`).digest('base64url')
  for (let user = 0; user < 2_000; user++) credentialsOf(new URL(`http://user${user}:${password(user)}@h/`))
  assert.equal(redact(`${password(1)} and`), '[redacted] and')
  assert.equal(redact(`${password(1_999)} and`), `${password(1_999)} and`)
})
