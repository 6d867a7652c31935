import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { certificates } from '../../../../test/target/certificates.ts'
import { ApiServer } from './api-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'katydid-account-'))
after(() => rmSync(folder, { recursive: true }))
const { ca, servers } = certificates()
for (const [name, text] of Object.entries({ namespace: 'mine\n', token: 'first\n', 'ca.crt': ca }))
  writeFileSync(join(folder, name), text)

const soon = () => AbortSignal.timeout(5_000)

async function server() {
  const asked: { method?: string; url?: string; authorization?: string; type?: string; body: string }[] = []
  const https = createServer(servers.good, async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method, url, headers } = request
    asked.push({
      method,
      url,
      authorization: headers.authorization,
      type: headers['content-type'],
      body,
    } as (typeof asked)[0])
    if (url === '/busy') {
      response.writeHead(503).end('upstream connect error')
      return
    }
    response.writeHead(url?.includes('secrets') ? 403 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ message: 'secrets is forbidden', kind: 'Any' }))
  })
  https.listen(0, '127.0.0.1')
  await once(https, 'listening')
  const env = {
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT_HTTPS: String((https.address() as AddressInfo).port),
  }
  return { asked, env, close: () => https.close() }
}

test('asks as its account, over TLS that the cluster signed, with the token as it is now', async () => {
  const { asked, env, close } = await server()
  const api = ApiServer.ofPod(env, folder)
  assert.equal(api.namespace, 'mine')
  assert.deepEqual(await api.get('/api/v1/pods', { labelSelector: 'a=b,c' }, soon()), {
    message: 'secrets is forbidden',
    kind: 'Any',
  })
  writeFileSync(join(folder, 'token'), 'second')
  await api.patch('/apis/batch/v1/jobs/x', { spec: 1 }, soon())
  await assert.rejects(
    api.get('/api/v1/secrets', {}, soon()),
    /^Error: the API server answered 403: secrets is forbidden$/,
  )
  await assert.rejects(api.get('/busy', {}, soon()), /^Error: the API server answered 503: upstream connect error$/)
  assert.deepEqual(
    asked.slice(0, 3).map(({ method, url, authorization }) => [method, url, authorization]),
    [
      ['GET', '/api/v1/pods?labelSelector=a%3Db%2Cc', 'Bearer first'],
      ['PATCH', '/apis/batch/v1/jobs/x', 'Bearer second'],
      ['GET', '/api/v1/secrets', 'Bearer second'],
    ],
  )
  assert.deepEqual([asked[1]?.type, asked[1]?.body], ['application/merge-patch+json', '{"spec":1}'])
  await api.close()
  close()
})

test('an API server that the cluster did not sign gets no token', async () => {
  const { asked, env, close } = await server()
  writeFileSync(join(folder, 'ca.crt'), servers.selfSigned.cert)
  const api = ApiServer.ofPod(env, folder)
  await assert.rejects(api.get('/api/v1/pods', {}, soon()))
  assert.deepEqual(asked, [])
  await api.close()
  close()
})

test('anywhere else than in a pod: said, with the way out', () => {
  for (const [env, at] of [
    [{}, folder],
    [{ KUBERNETES_SERVICE_HOST: '127.0.0.1' }, join(folder, 'none')],
  ] as const)
    assert.throws(() => ApiServer.ofPod(env, at), {
      name: 'KatydidError',
      message: '--workers-job needs Kubernetes, but this is not a pod with the token of a service account',
    })
})
