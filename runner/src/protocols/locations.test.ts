import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, test } from 'node:test'
import { HttpRun } from './http-run.contract.ts'

/** Answers `/go/…` with a 302 and these header lines, byte by byte, and everything else with the target that was asked for. */
let lines = ''
const server = createServer((socket) => {
  socket.on('error', () => {})
  socket.on('data', (data) => {
    const [, target = ''] = data.toString('latin1').split(' ')
    const [status, more, body] = /^\/go\/here(\?a=1)?$/.test(target) ? ['302 Found', lines, ''] : ['200 OK', '', target]
    socket.write(Buffer.from(`HTTP/1.1 ${status}\r\n${more}content-length: ${body.length}\r\n\r\n${body}`, 'latin1'))
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
after(() => server.close())
const { port } = server.address() as AddressInfo
const home = `http://127.0.0.1:${port}`
const utf8 = (text: string) => Buffer.from(text).toString('latin1')

const followed: [what: string, lines: string, arrived: string][] = [
  ['relative to the folder', 'Location: x?y', '/go/x?y'],
  ['relative, upwards', 'Location: ../x', '/x'],
  ['a query alone', 'Location: ?b=2', '/go/here?b=2'],
  ['from the root', 'location:/x', '/x'],
  ['with dots', 'Location: /a/./b/../c', '/a/c'],
  ['without a scheme', `Location: //127.0.0.1:${port}/x`, '/x'],
  ['absolute, in capitals', `LOCATION: HTTP://127.0.0.1:${port}/X`, '/X'],
  ['spaces around it and in it', 'Location:   /x y  ', '/x%20y'],
  ['with a fragment', 'Location: /x#top', '/x'],
  ['UTF-8', `Location: ${utf8('/ü?✓')}`, '/%C3%BC?%E2%9C%93'],
  ['UTF-8 whose last byte would be a blank', `Location: ${utf8('/à')}`, '/%C3%A0'],
  ['Latin-1', 'Location: /\xfc', '/%FC'],
  ['encoded already', 'Location: /%c3%bc%2F', '/%c3%bc%2F'],
  ['characters that may not be sent', 'Location: /{id}|[0]^', '/%7Bid%7D%7C%5B0%5D%5E'],
  ['a comma, which is no list', 'Location: /a, /b', '/a,%20/b'],
  ['twice the same', 'Location: /x\r\nLocation: /x', '/x'],
  ['an empty one and another', 'Location:\r\nLocation: /x', '/x'],
  ['backslashes, as browsers read them', 'Location: \\x\\y', '/x/y'],
]
for (const [what, location, arrived] of followed)
  test(`followed: ${what}`, async (t) => {
    lines = `${location}\r\n`
    const answer = await new HttpRun(t).client(home).get('/go/here?a=1')
    assert.deepEqual([answer.status, answer.text(), answer.url], [200, arrived, home + arrived])
  })

for (const [what, location] of [
  ['none', 'X: y'],
  ['an empty one', 'Location: '],
  ['a link of an app', 'Location: shop://callback?code=1'],
] as const)
  test(`the redirect is the answer: ${what}`, async (t) => {
    lines = `${location}\r\n`
    const run = new HttpRun(t)
    const answer = await run.client(home).get('/go/here')
    assert.deepEqual([answer.status, answer.ok], [302, true])
    assert.deepEqual([run.counted().hops, run.counted().failures], [0, 0])
  })

for (const [what, location] of [
  ['two that differ', 'Location: /a\r\nLocation: /b'],
  ['no URL', 'Location: http://'],
  ['a port that is none', 'Location: http://127.0.0.1:99999/'],
] as const)
  test(`a failure of its own: ${what}`, async (t) => {
    lines = `${location}\r\n`
    const run = new HttpRun(t)
    const answer = await run.client(home).get('/go/here')
    assert.deepEqual([answer.status, answer.error?.code], [0, 'BAD_LOCATION'])
    assert.deepEqual(run.counted().errors, { 'GET /go/here: BAD_LOCATION': 1 })
    assert.equal((await run.client(home).get('/go/here', { redirect: false })).status, 302)
  })
