import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { H1Error } from './h1-error.ts'
import { headersOf, type ResponseHead } from './response-head.ts'
import { ResponseParser } from './response-parser.ts'

class Collected {
  heads: ResponseHead[] = []
  bodies: string[] = []
  ends: boolean[] = []
  head(head: ResponseHead) {
    this.heads.push(head)
    this.bodies.push('')
  }
  body(bytes: Buffer, start: number, end: number) {
    this.bodies.push(`${this.bodies.pop()}${bytes.toString('latin1', start, end)}`)
  }
  end(reusable: boolean) {
    this.ends.push(reusable)
  }
}

/** Feeds the answer in pieces of the given sizes through one reused buffer, as a socket does. */
function parse(answer: string, sizes: number[] = [answer.length], method = 'GET', closed = false) {
  const sink = new Collected()
  const parser = new ResponseParser(sink)
  parser.expect(method)
  const buffer = Buffer.alloc(Math.max(1, answer.length))
  for (let at = 0, i = 0; at < answer.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1)
    const piece = answer.slice(at, at + size)
    buffer.write(piece, 'latin1')
    parser.execute(buffer, piece.length)
    buffer.fill(0)
    at += size
  }
  return { sink, finished: closed ? parser.finish() : undefined }
}

const answers: [
  string,
  string,
  { status: number; body: string; reusable: boolean; method?: string; closed?: boolean },
][] = [
  ['length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', { status: 200, body: 'hello', reusable: true }],
  ['no reason phrase', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', { status: 200, body: '', reusable: true }],
  [
    'close',
    'HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length:2\r\n\r\nno',
    { status: 404, body: 'no', reusable: false },
  ],
  ['1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx', { status: 200, body: 'x', reusable: false }],
  [
    '1.0 kept',
    'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx',
    { status: 200, body: 'x', reusable: true },
  ],
  [
    'chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x="y"\r\n, 12345678\r\n0\r\n\r\n',
    { status: 200, body: 'hello, 12345678', reusable: true },
  ],
  [
    'chunked with trailers',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, Chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n',
    { status: 200, body: 'x', reusable: true },
  ],
  ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, body: '', reusable: true }],
  [
    'not modified with a length',
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n',
    { status: 304, body: '', reusable: true },
  ],
  ['head', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n', { status: 200, body: '', reusable: true, method: 'HEAD' }],
  [
    '100 first',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok',
    { status: 201, body: 'ok', reusable: true },
  ],
  [
    'until close',
    'HTTP/1.1 200 OK\r\n\r\nuntil the end',
    { status: 200, body: 'until the end', reusable: false, closed: true },
  ],
  [
    'long head',
    `HTTP/1.1 200 OK\r\nX-Long: ${'y'.repeat(5_000)}\r\nContent-Length: 3\r\n\r\nabc`,
    { status: 200, body: 'abc', reusable: true },
  ],
]

for (const [name, answer, expected] of answers)
  test(`reads an answer however it is cut: ${name}`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        (sizes, whole) => {
          const { sink, finished } = parse(answer, whole ? [answer.length] : sizes, expected.method, expected.closed)
          assert.deepEqual(
            sink.heads.map((head) => head.status),
            [expected.status],
          )
          assert.deepEqual(sink.bodies, [expected.body])
          assert.deepEqual(sink.ends, [expected.reusable])
          if (expected.closed) assert.equal(finished, true)
        },
      ),
      { numRuns: 50 },
    )
  })

const malformed: [string, string][] = [
  ['not HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
  ['a status of letters', 'HTTP/1.1 2x0 OK\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['a bad chunk size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
  ['a chunk longer than its size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n'],
  ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching\r\n\r\n'],
]

for (const [name, answer] of malformed)
  test(`refuses ${name}`, () => {
    for (const size of [1, 7, answer.length])
      assert.throws(
        () => parse(answer, [size]),
        (error) => error instanceof H1Error && error.code === 'MALFORMED_HTTP',
      )
  })

for (const status of ['200 OK', '302 Found'])
  test(`what follows a response of ${status} makes its connection useless, and is nobody’s response`, () => {
    const first = `HTTP/1.1 ${status}\r\nLocation: /x\r\nContent-Length: 2\r\n\r\nok`
    for (const stray of ['HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL', '\r\n', 'x']) {
      const sink = new Collected()
      const parser = new ResponseParser(sink)
      parser.expect('GET')
      const bytes = Buffer.from(first + stray)
      parser.execute(bytes, bytes.length)
      assert.deepEqual([sink.bodies, sink.ends], [['ok'], [false]])
      // later, the connection has said that it may be used again: it is closed
      assert.equal(parse(first).sink.ends[0], true)
      assert.throws(() => parse(first + stray, [first.length, stray.length]), { code: 'MALFORMED_HTTP' })
    }
  })

test('the next request may be sent from the end of a response, also by a sink that does it at once', () => {
  const bodies: string[] = []
  const parser: ResponseParser = new ResponseParser({
    head: () => {},
    body: (bytes, start, end) => void bodies.push(bytes.toString('latin1', start, end)),
    end: (reusable) => {
      if (reusable) parser.expect('GET')
    },
  })
  parser.expect('GET')
  for (const body of ['one', 'two', 'six']) {
    const bytes = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n${body}`)
    parser.execute(bytes, bytes.length)
  }
  assert.deepEqual(bodies, ['one', 'two', 'six'])
})

test('heads as large as browsers take them, and no endless ones', () => {
  const long = `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(40_000)}`
  assert.equal(parse(`${long}Content-Length: 1\r\n\r\nx`, [65_536]).sink.bodies[0], 'x')
  const tooLarge = { code: 'HEADERS_TOO_LARGE' }
  assert.throws(() => parse(`${long}${'X: y\r\n'.repeat(10_000)}`, [4_096]), tooLarge)
  assert.throws(() => parse(`HTTP/1.1 200 ${'x'.repeat(300_000)}`, [65_536]), tooLarge)
  assert.throws(() => parse('\r\n'.repeat(150_000), [65_536]), tooLarge)
  assert.throws(() => parse('HTTP/1.1 100 Continue\r\n\r\n'.repeat(20_000), [65_536]), tooLarge)
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  assert.throws(() => parse(`${chunked}0\r\n${'X: y\r\n'.repeat(60_000)}`, [65_536]), tooLarge)
})

test('chunked bodies that are hardly more than their lines are refused, small chunks are not', () => {
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  const { sink } = parse(`${chunked}${'1\r\nx\r\n'.repeat(50_000)}0\r\n\r\n`, [65_536])
  assert.equal(sink.bodies[0], 'x'.repeat(50_000))
  for (const lines of [`1;${'e'.repeat(1_000)}\r\nx\r\n`.repeat(100), `5;${'e'.repeat(5_000)}`, '0'.repeat(5_000)])
    for (const size of [65_536, 1_000]) assert.throws(() => parse(chunked + lines, [size]), { code: 'MALFORMED_HTTP' })
})

test('a head that comes byte by byte costs no more than its bytes', () => {
  // 200,000 bytes, each a piece: looking at all of them again for each would be 20,000,000,000 looks
  const long = `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(100_000)}\r\n${' b\r\n'.repeat(12_500)}${'C: d\r\n'.repeat(8_000)}\r\n`
  const startedAt = performance.now()
  parse(`${long}`, [1], 'HEAD')
  assert.ok(performance.now() - startedAt < 20_000)
})

test('never throws anything but an H1Error, whatever comes', () => {
  const bytes = fc.array(
    fc.constantFrom(
      'HTTP/1.1 200 OK',
      '\r\n',
      '\r\n\r\n',
      'Content-Length: 3',
      'Transfer-Encoding: chunked',
      '3',
      'abc',
      '0',
      ':',
      ' ',
      '\0',
      'é',
      'x',
    ),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 9 }), (parts, size) => {
      try {
        parse(parts.join(''), [size], 'GET', true)
      } catch (error) {
        assert.ok(error instanceof H1Error, String(error))
      }
    }),
    { numRuns: 2_000 },
  )
})

test('headers as a record: lower case, repeated ones joined', () => {
  const text = 'HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\nSet-Cookie: x=1\r\nset-cookie: y=2\r\nEmpty:'
  const expected = Object.assign(Object.create(null), { a: '1, 2', 'set-cookie': 'x=1\ny=2', empty: '' })
  assert.deepEqual(headersOf(text), expected)
})

test('a header may be called what objects have, and the last byte of UTF-8 is not a blank', () => {
  const text =
    'HTTP/1.1 200 OK\r\nconstructor: a\r\n__proto__: b\r\ntoString: c\r\ntoString: d\r\nx: \xc3\xa0\r\ny:\t\x0b '
  assert.deepEqual(Object.entries(headersOf(text)), [
    ['constructor', 'a'],
    ['__proto__', 'b'],
    ['tostring', 'c, d'],
    ['x', '\xc3\xa0'],
    ['y', '\x0b'],
  ])
  assert.equal(headersOf('HTTP/1.1 200 OK').constructor, undefined)
})

test('folded lines and LF alone are put in order for whoever reads the text', () => {
  const { sink } = parse('HTTP/1.1 200 OK\nA: b \r\n\t c\nSet-Cookie: x=1;\r\n Path=/\r\nContent-Length:\n 1\n\nx')
  assert.equal(sink.heads[0]?.text, 'HTTP/1.1 200 OK\r\nA: b c\r\nSet-Cookie: x=1; Path=/\r\nContent-Length: 1')
  assert.equal(sink.heads[0]?.setsCookies, true)
})

const kept: [connection: string, version: string, kept: boolean][] = [
  ['', '1.1', true],
  ['', '1.0', false],
  ['Connection: foo, close\r\n', '1.1', false],
  ['Connection: CLOSE\r\n', '1.1', false],
  ['Connection: close\r\nConnection: keep-alive\r\n', '1.1', false],
  ['Connection: keep-alive\r\nConnection: close\r\n', '1.1', false],
  ['Connection: keep-alive, close\r\n', '1.1', false],
  ['Connection: x-close, not-closed\r\n', '1.1', true],
  ['Connection: Keep-Alive, Upgrade\r\n', '1.0', true],
  ['Connection: no-keep-alive\r\n', '1.0', false],
  ['Connection:\r\n close\r\n', '1.1', false],
  ['Connection: ,,\tclose ,\r\n', '1.1', false],
  ['Connection: "close"\r\n', '1.1', true],
]
test('Connection is a list of options', () => {
  for (const [lines, version, reusable] of kept) {
    const { sink } = parse(`HTTP/${version} 200 OK\r\n${lines}Content-Length: 0\r\n\r\n`)
    assert.deepEqual(sink.ends, [reusable], `${version} ${lines}`)
  }
})
