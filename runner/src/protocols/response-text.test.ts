import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { HttpRun } from './http-run.contract.ts'

/** Answers with the body (in hex) and the Content-Type that it is asked for. */
const server = createServer(({ url }, response) => {
  const { searchParams } = new URL(url!, 'http://x')
  response.setHeader('content-type', searchParams.get('type') ?? '')
  response.end(Buffer.from(searchParams.get('hex') ?? '', 'hex'))
}).listen(0, '127.0.0.1')
await once(server, 'listening')
after(() => server.close())
const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const data = { a: 'ü', b: ['x'] }
const json = JSON.stringify(data)
const rows: [what: string, body: Buffer, type: string][] = [
  ['UTF-8', Buffer.from(json), 'application/json'],
  ['UTF-8, said', Buffer.from(json), 'application/json; charset=utf-8'],
  ['with a BOM', Buffer.from(`\ufeff${json}`), 'application/json'],
  ['ASCII with a BOM', Buffer.from(`\ufeff${JSON.stringify(data).replace('ü', '\\u00fc')}`), 'application/json'],
  ['Latin-1', Buffer.from(json, 'latin1'), 'application/json;charset=ISO-8859-1'],
  ['Latin-1 that would be UTF-8', Buffer.from(json.replace('ü', 'Ã¼'), 'latin1'), 'text/x; charset=latin1'],
  ['UTF-16', Buffer.from(json, 'utf16le'), 'application/json; charset=utf-16'],
  ['UTF-16 by its BOM', Buffer.from(`\ufeff${json}`, 'utf16le'), 'application/json'],
]
for (const [what, body, type] of rows)
  test(`json() and text(): ${what}`, async (t) => {
    const answer = await new HttpRun(t).client(host).get('/', { query: { hex: body.toString('hex'), type } })
    const wanted = what.includes('would be') ? { ...data, a: 'Ã¼' } : data
    assert.deepEqual(answer.json(), wanted)
    assert.deepEqual(JSON.parse(answer.text()), wanted)
    assert.deepEqual(answer.bytes(), body)
  })
