import assert from 'node:assert/strict'
import net, { type AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { row } from './assert-truth.ts'
import { runKatydid } from './run-katydid.ts'

/*
 * A target that closes kept connections when it likes, and sends more than it was asked for: over two processes, so that the count of what
 * was sent again crosses the wire.
 */

let connections = 0
const answered = new Map<string, number>()
const server = net.createServer((socket) => {
  let text = ''
  let requests = 0
  const last = 3 + (connections++ % 3)
  socket.on('error', () => {})
  socket.on('data', (piece) => {
    text += piece
    for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
      const [method = '', path = ''] = text.split(' ', 2)
      text = text.slice(end + 4)
      // the third to fifth request on a connection gets the end of the connection for an answer
      if (++requests === last) return void socket.end()
      answered.set(`${method} ${path}`, (answered.get(`${method} ${path}`) ?? 0) + 1)
      const body = `HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`
      socket.write(
        path === '/login'
          ? `HTTP/1.1 302 Found\r\nLocation: /home\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nSTRAY`
          : body,
      )
    }
  })
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => server.close())
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const load = `
import { HttpUser, StopUser, task } from 'katydid'
export class U extends HttpUser {
  rounds = 0
  @task async all() {
    const paths = { '/login': '/home', '/a': '/a', '/b': '/b', '/c': '/c', '/d': '/d' }
    for (const [path, wanted] of Object.entries(paths)) {
      const got = await this.client.get(path)
      if (got.text() !== wanted) throw new Error('a response for another request')
    }
    await this.client.put('/put', { body: '' })
    await this.client.post('/post')
    if (++this.rounds === 20) throw new StopUser()
  }
}`

test('every response belongs to its request; what was sent again is told, and is no failure', async () => {
  const run = await runKatydid(
    ['run', 'u.ts', '-H', url, '-u', '4', '-r', '40', '--processes', '2', '--on-saturated', 'warn'],
    { files: { 'u.ts': load } },
  )
  const { requests, exceptions, totals } = run.result
  assert.deepEqual(exceptions, [], run.stdout)
  for (const { method, name, failures, retries = 0 } of requests)
    if (method !== 'POST') assert.equal(failures, 0, `${method} ${name}: ${retries} sent again`)
  const again = requests.reduce((sum, { retries = 0 }) => sum + retries, 0)
  assert.ok(again > 20, `${again} sent again`)
  assert.equal(totals.retries, again)
  assert.match(run.stdout, new RegExp(`${again} sent again, because the target had closed the idle connection`))
  // no retry was counted as a request, and none was lost
  for (const path of ['/a', '/b', '/c', '/d']) assert.equal(row(run, 'GET', path).requests, answered.get(`GET ${path}`))
  assert.equal(row(run, 'PUT', '/put').requests, answered.get('PUT /put'))
  const post = row(run, 'POST', '/post')
  assert.equal(post.requests - post.failures, answered.get('POST /post') ?? 0)
  assert.ok(post.failures > 0)
  const [error] = run.result.errors
  assert.deepEqual([run.result.errors.length, error?.error], [1, 'KEPT_CONNECTION_CLOSED'])
})
