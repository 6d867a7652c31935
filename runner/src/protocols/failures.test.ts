import assert from 'node:assert/strict'
import net, { type AddressInfo } from 'node:net'
import { after, beforeEach, type TestContext, test } from 'node:test'
import { certificates } from '../../../test/target/certificates.ts'
import { startTarget } from '../../../test/target/target.ts'
import { SocketBudget } from './h1/socket-budget.ts'
import { defaults, HttpRun } from './http-run.contract.ts'
import { transportError } from './transport-errors.ts'

const target = await startTarget()
after(() => target.close())
beforeEach(() => target.reset())

/** What a target does wrong, and what each of those requests is counted as. */
const faults: [path: string, code: string][] = [
  ['/reset', 'ECONNRESET'],
  ['/reset-before', 'ECONNRESET'],
  ['/hangup', 'CONNECTION_CLOSED'],
  ['/malformed', 'MALFORMED_HTTP'],
  ['/bad-header', 'MALFORMED_HTTP'],
  ['/bad-length', 'CONNECTION_CLOSED'],
]
for (const [path, code] of faults)
  test(`${path} is ${code}, never thrown, and leaves the user able to go on`, async (t) => {
    const run = new HttpRun(t)
    const client = run.client(target.url)
    for (let round = 0; round < 3; round++) {
      const answer = await client.get(path)
      assert.deepEqual(
        [answer.status, answer.ok, answer.error?.code, answer.error?.name],
        [0, false, code, 'TransportError'],
      )
      assert.throws(() => answer.json(), { name: 'BodyError', message: `GET ${path}: there is no response (${code})` })
      assert.deepEqual(Object.keys(answer.headers), [])
      assert.equal((await client.get('/json')).status, 200)
    }
    const counted = await run.assertTruth(target)
    assert.deepEqual(counted.errors, { [`GET ${path}: ${code}`]: 3 })
  })

async function listen(t: TestContext, onSocket: (socket: net.Socket) => void): Promise<string> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('nobody listens', async (t) => {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const run = new HttpRun(t)
  assert.equal((await run.client(`http://127.0.0.1:${port}`).get('/')).error?.code, 'ECONNREFUSED')
  assert.equal((await run.client(`http://localhost:${port}`).get('/')).error?.code, 'ECONNREFUSED')
  assert.deepEqual(run.counted().errors, { 'GET /: ECONNREFUSED': 2 })
})

test('a host without an address', async (t) => {
  const answer = await new HttpRun(t).client('http://nowhere.invalid').get('/')
  assert.match(answer.error!.code, /^(ENOTFOUND|EAI_AGAIN)$/)
})

test('a connection that never opens has a timeout of its own', async (t) => {
  const host = await listen(t, () => {}) // takes the connection, and never shakes hands
  const answer = await new HttpRun(t, { connectTimeout: 100 }).client(`https://${host}`).get('/')
  assert.equal(answer.error?.code, 'CONNECT_TIMEOUT')
  assert.ok(answer.elapsedMs < 8_000) // the request's own timeout is 30 s
})

test('TLS that cannot be trusted, by its code', async (t) => {
  const { ca } = certificates().files
  const codes: [certificate: 'good' | 'expired' | 'wrongHost' | 'selfSigned', withCa: boolean, code: RegExp][] = [
    ['expired', true, /^CERT_HAS_EXPIRED$/],
    ['wrongHost', true, /^ERR_TLS_CERT_ALTNAME_INVALID$/],
    ['selfSigned', true, /^(DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/],
    ['good', false, /^(UNABLE_TO_|SELF_SIGNED_CERT_IN_CHAIN)/],
  ]
  for (const [certificate, withCa, code] of codes) {
    await using secure = await startTarget({ protocol: 'https', certificate })
    const answer = await new HttpRun(t, withCa ? { ca } : {}).client(secure.url).get('/json')
    assert.match(answer.error?.code ?? '', code)
    const run = new HttpRun(t, { insecure: true })
    assert.equal((await run.client(secure.url).get('/json')).status, 200)
    await run.assertTruth(secure)
  }
})

test('a client certificate is shown, and a stranger is turned away', async (t) => {
  const { ca, clientCert, clientKey, strangerCert, strangerKey } = certificates().files
  await using secure = await startTarget({ protocol: 'https', requireClientCertificate: true })
  const friend = new HttpRun(t, { ca, cert: clientCert, key: clientKey })
  const answer = await friend.client(secure.url).get('/echo')
  assert.equal(answer.json<{ peer: string }>().peer, 'katydid client')
  const stranger = await new HttpRun(t, { ca, cert: strangerCert, key: strangerKey }).client(secure.url).get('/echo')
  assert.equal(stranger.status, 0)
  assert.match(stranger.error!.code, /^(ERR_SSL|ECONNRESET|EPROTO|CONNECTION_CLOSED)/)
})

test('HTTP to a server that speaks something else', async (t) => {
  const host = await listen(t, (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'))
  const run = new HttpRun(t)
  assert.equal((await run.client(`http://${host}`).get('/')).error?.code, 'MALFORMED_HTTP')
  assert.match((await run.client(`https://${host}`).get('/')).error!.code, /^ERR_SSL|^EPROTO/)
})

test('an endless answer ends with its timeout, and is not kept', async (t) => {
  const run = new HttpRun(t, { maxBodyBytes: 1000 })
  const client = run.client(target.url)
  const before = process.memoryUsage().arrayBuffers
  const answer = await client.get('/endless', { timeout: '300ms' })
  assert.equal(answer.error?.code, 'TIMEOUT')
  assert.ok(process.memoryUsage().arrayBuffers - before < 5_000_000)
  const counted = await run.assertTruth(target)
  assert.ok(counted.bytes > 1_000_000, `${counted.bytes} bytes came`)
})

test('an encoding or JSON that is not what it says: told when it is read', async (t) => {
  const run = new HttpRun(t)
  const client = run.client(target.url)
  const zipped = await client.get('/bad-gzip')
  assert.throws(() => zipped.text(), { name: 'BodyError', message: 'GET /bad-gzip: the body is not valid gzip' })
  const half = await client.get('/bad-json')
  assert.throws(() => half.json(), { name: 'BodyError', message: 'GET /bad-json: the body is not JSON' })
  assert.throws(() => zipped.json(), /not valid gzip/)
  const counted = await run.assertTruth(target)
  assert.equal(counted.failures, 0)
})

test('no more sockets than the process may open: a failure, and one finding', async (t) => {
  const run = new HttpRun(t)
  let told = 0
  run.http.onFileLimit = () => told++
  Object.assign(run.http.sockets, { limit: 3 })
  const answers = await Promise.all(Array.from({ length: 5 }, () => run.client(target.url).get('/json')))
  assert.deepEqual(answers.map(({ error }) => error?.code ?? 'ok').sort(), ['EMFILE', 'EMFILE', 'ok', 'ok', 'ok'])
  assert.equal(told, 1)
  assert.deepEqual(run.counted().errors, { 'GET /json: EMFILE': 2 })
  assert.equal(run.http.sockets.open, 3)
  await run.http.close()
  assert.equal(run.http.sockets.open, 0)
})

test('the budget leaves files for the process itself', () => {
  assert.ok(new SocketBudget(() => {}).limit > 100)
})

test('one fault has one code, whatever carried it', () => {
  const coded = (code: string, cause?: unknown) => Object.assign(new Error('at 10.0.0.1:80', { cause }), { code })
  const of = (error: unknown) => transportError(error).code
  assert.equal(of(coded('UND_ERR_SOCKET')), 'CONNECTION_CLOSED')
  assert.equal(of(coded('UND_ERR_SOCKET', coded('ECONNRESET'))), 'ECONNRESET')
  assert.equal(of(coded('HPE_INVALID_CONSTANT')), 'MALFORMED_HTTP')
  assert.equal(of(coded('UND_ERR_CONNECT_TIMEOUT')), 'CONNECT_TIMEOUT')
  assert.equal(of(coded('ENFILE')), 'EMFILE')
  assert.equal(of(new Error('no code at 10.0.0.1:80')), 'TRANSPORT')
})

test('a request left unanswered has the plan’s timeout', async (t) => {
  const run = new HttpRun(t, { ...defaults, timeout: 120 })
  const client = run.client(target.url)
  const answers = await Promise.all([
    client.get('/never'),
    client.get('/never'),
    client.get('/never', { timeout: 0.05 }),
  ])
  assert.ok(answers.every(({ error }) => error?.code === 'TIMEOUT'))
  assert.ok(answers[0]!.elapsedMs >= 119, `${answers[0]!.elapsedMs} ms`)
  assert.ok(answers[2]!.elapsedMs >= 49 && answers[2]!.elapsedMs < answers[0]!.elapsedMs, `${answers[2]!.elapsedMs} ms`)
  const counted = await run.assertTruth(target)
  assert.deepEqual(counted.errors, { 'GET /never: TIMEOUT': 3 })
})
