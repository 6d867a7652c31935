/*
 * Bytes that servers, proxies and attackers send, with what must come of them. Sections are those of RFC 9112 unless they say otherwise.
 */

export interface HostileResponse {
  bytes: string
  /** The body of the one response; `malformed`: refused; `cut`: not complete when the target closes. */
  gives: { status: number; body: string } | 'malformed' | 'cut'
  /** Why llhttp, as `node:http` runs it, gives something else. */
  llhttpDiffers?: string
}

const ok = 'HTTP/1.1 200 OK\r\n'
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`
const hello = { status: 200, body: 'hello' }
const five = 'Content-Length: 5\r\n\r\nhello'

const lfAlone = '§2.2 allows LF alone as the end of a line; curl, Go and requests take it, llhttp does not'
const folded = '§5.2: a user agent must read folded lines as one; llhttp refuses them'
const sameLength = '§6.3 allows a length that is said twice; curl and Go take it, llhttp does not'
const control = 'RFC 9110 §5.5 lets a recipient keep control characters other than CR, LF and NUL; curl does'
const codedUntilClose =
  '§6.3: without chunked the body ends with the connection; the coding must be known, which llhttp leaves to others'
const unknownCoding = '§6.1, §7: a coding that nobody here can undo is a guess; llhttp leaves it to others'
const blanks = '§4 allows more than one blank in a status line; Go and requests take it, llhttp does not'
const afterBody = 'bytes after a response belong to no request: the response is good, the connection is closed'

export const hostileResponses: Record<string, HostileResponse> = {
  // status lines, §4
  'no reason': { bytes: `HTTP/1.1 200\r\n${five}`, gives: hello },
  'empty reason': { bytes: `HTTP/1.1 200 \r\n${five}`, gives: hello },
  'a reason of Latin-1': { bytes: `HTTP/1.1 200 \xc9t\xe9\r\n${five}`, gives: hello },
  'two blanks': { bytes: `HTTP/1.1  200 OK\r\n${five}`, gives: hello, llhttpDiffers: blanks },
  tabs: { bytes: `HTTP/1.1\t200\tOK\r\n${five}`, gives: hello, llhttpDiffers: blanks },
  'a blank before it': { bytes: ` HTTP/1.1 200 OK\r\n${five}`, gives: hello, llhttpDiffers: blanks },
  'an empty line before it': { bytes: `\r\n${ok}${five}`, gives: hello },
  'empty lines before it': { bytes: `\r\n\n\r\n${ok}${five}`, gives: hello },
  'no blank after the version': { bytes: `HTTP/1.1200 OK\r\n${five}`, gives: 'malformed' },
  'lower case': { bytes: `http/1.1 200 OK\r\n${five}`, gives: 'malformed' },
  'HTTP/1.X': { bytes: `HTTP/1.X 200 OK\r\n${five}`, gives: 'malformed' },
  'HTTP/1.9': {
    bytes: `HTTP/1.9 200 OK\r\n${five}`,
    gives: hello,
    llhttpDiffers: '§2.3, RFC 9110 §2.5: a higher minor version is HTTP/1.1 to us',
  },
  'HTTP/1.10': { bytes: `HTTP/1.10 200 OK\r\n${five}`, gives: 'malformed' },
  'HTTP/2.0': { bytes: `HTTP/2.0 200 OK\r\n${five}`, gives: 'malformed', llhttpDiffers: 'only HTTP/1.x is HTTP/1.x' },
  'HTTP/0.9': { bytes: `HTTP/0.9 200 OK\r\n${five}`, gives: 'malformed', llhttpDiffers: 'only HTTP/1.x is HTTP/1.x' },
  ICY: { bytes: `ICY 200 OK\r\n${five}`, gives: 'malformed' },
  'a status of 99': { bytes: `HTTP/1.1 99 X\r\n${five}`, gives: 'malformed' },
  'a status of 000': {
    bytes: `HTTP/1.1 000 X\r\n${five}`,
    gives: 'malformed',
    llhttpDiffers: 'RFC 9110 §15: a status begins with 1 to 5',
  },
  'a status of 999': { bytes: `HTTP/1.1 999 X\r\n${five}`, gives: { status: 999, body: 'hello' } },
  'a status of four digits': { bytes: `HTTP/1.1 2000 X\r\n${five}`, gives: 'malformed' },
  'a status of letters': { bytes: `HTTP/1.1 2x0 X\r\n${five}`, gives: 'malformed' },
  'a control character after the status': { bytes: `HTTP/1.1 200\x01OK\r\n${five}`, gives: 'malformed' },
  'a NUL in the reason': {
    bytes: `HTTP/1.1 200 O\0K\r\n${five}`,
    gives: 'malformed',
    llhttpDiffers: 'RFC 9110 §5.5: NUL is dangerous anywhere in a head',
  },
  'a page without a head': { bytes: '<html>hi</html>', gives: 'malformed' },
  'a TLS alert': { bytes: '\x15\x03\x01\0\x02\x02F', gives: 'malformed' },
  'settings of HTTP/2': { bytes: '\0\0\x12\x04\0\0\0\0\0', gives: 'malformed' },
  SSH: { bytes: 'SSH-2.0-OpenSSH_9.2\r\n', gives: 'malformed' },

  // lines and fields, §2.2 and §5
  'LF alone': { bytes: 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello', gives: hello, llhttpDiffers: lfAlone },
  'LF after the status': { bytes: `HTTP/1.1 200 OK\n${five}`, gives: hello, llhttpDiffers: lfAlone },
  'LF after one field': { bytes: `${ok}A: b\n${five}`, gives: hello, llhttpDiffers: lfAlone },
  'LF as the empty line': { bytes: `${ok}Content-Length: 5\r\n\nhello`, gives: hello, llhttpDiffers: lfAlone },
  'a field after LF counts': {
    bytes: `${ok}A: b\nContent-Length: 2\r\n\r\nhe`,
    gives: { status: 200, body: 'he' },
    llhttpDiffers: lfAlone,
  },
  'CR alone in a value': { bytes: `${ok}A: b\rContent-Length: 2\r\n${five}`, gives: 'malformed' },
  'CR alone as the end of a line': { bytes: 'HTTP/1.1 200 OK\rContent-Length: 5\r\rhello', gives: 'malformed' },
  'CR CR LF': { bytes: `${ok}A: b\r\r\n${five}`, gives: 'malformed' },
  'a CR for the empty line': { bytes: `${ok}Content-Length: 5\r\n\rhello`, gives: 'malformed' },
  'NUL in a value': { bytes: `${ok}A: a\0b\r\n${five}`, gives: 'malformed' },
  'NUL in a name': { bytes: `${ok}A\0: a\r\n${five}`, gives: 'malformed' },
  'a control character in a value': { bytes: `${ok}A: a\x01\x7fb\r\n${five}`, gives: hello, llhttpDiffers: control },
  'Latin-1 in a value': { bytes: `${ok}A: \xe9\xff\r\n${five}`, gives: hello },
  'an empty value': { bytes: `${ok}A:\r\n${five}`, gives: hello },
  'no blank after the colon': { bytes: `${ok}Content-Length:5\r\n\r\nhello`, gives: hello },
  folded: { bytes: `${ok}A: b\r\n c\r\n${five}`, gives: hello, llhttpDiffers: folded },
  'folded by a tab': { bytes: `${ok}A: b\r\n\tc: d\r\n${five}`, gives: hello, llhttpDiffers: folded },
  'folded twice': { bytes: `${ok}A: b\r\n c\r\n  d\r\n${five}`, gives: hello, llhttpDiffers: folded },
  'folded to nothing': { bytes: `${ok}A: b\r\n \r\n${five}`, gives: hello, llhttpDiffers: folded },
  'folded by LF': { bytes: `${ok}A: b\n c\n${five}`, gives: hello, llhttpDiffers: lfAlone },
  'a folded length': { bytes: `${ok}Content-Length:\r\n 5\r\n\r\nhello`, gives: hello, llhttpDiffers: folded },
  'a length that is folded in the middle': { bytes: `${ok}Content-Length: 1\r\n 5\r\n\r\nhello`, gives: 'malformed' },
  'a folded coding': {
    bytes: `${ok}Transfer-Encoding:\r\n chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: hello,
    llhttpDiffers: folded,
  },
  'a folded line that looks like a length': {
    bytes: `${ok}A: b\r\n Content-Length: 2\r\n${five}`,
    gives: hello,
    llhttpDiffers: folded,
  },
  'folded before the first field': { bytes: `${ok} A: b\r\n${five}`, gives: 'malformed' },
  'no colon': { bytes: `${ok}nocolon\r\n${five}`, gives: 'malformed' },
  'no name': { bytes: `${ok}: b\r\n${five}`, gives: 'malformed' },
  'a blank in a name': { bytes: `${ok}A B: c\r\n${five}`, gives: 'malformed' },
  'a blank before the colon': { bytes: `${ok}Content-Length : 5\r\n\r\nhello`, gives: 'malformed' },
  'a tab before the colon': { bytes: `${ok}Content-Length\t: 5\r\n\r\nhello`, gives: 'malformed' },
  'a blank before the colon of a coding': {
    bytes: `${ok}Transfer-Encoding : chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: 'malformed',
  },
  'a bracket in a name': { bytes: `${ok}A[1]: b\r\n${five}`, gives: 'malformed' },
  'Latin-1 in a name': { bytes: `${ok}\xc4: b\r\n${five}`, gives: 'malformed' },
  'names of Object': { bytes: `${ok}__proto__: a\r\nconstructor: b\r\ntoString: c\r\n${five}`, gives: hello },
  'a value of 15 KB': { bytes: `${ok}A: ${'a'.repeat(15_000)}\r\n${five}`, gives: hello },
  'a head of 100 KB': {
    bytes: `${ok}${`A: ${'a'.repeat(10_000)}\r\n`.repeat(10)}${five}`,
    gives: hello,
    llhttpDiffers: 'node:http stops at 16 KiB; browsers take 256 KiB',
  },
  'a thousand fields': { bytes: `${ok}${'a: b\r\n'.repeat(1_000)}${five}`, gives: hello },

  // lengths, §6.2 and §6.3
  'zeros before a length': { bytes: `${ok}Content-Length: 0005\r\n\r\nhello`, gives: hello },
  'blanks around a length': { bytes: `${ok}Content-Length: \t 5 \t\r\n\r\nhello`, gives: hello },
  'the same length twice': {
    bytes: `${ok}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
    gives: hello,
    llhttpDiffers: sameLength,
  },
  'the same length in a list': {
    bytes: `${ok}Content-Length: 5, 5\r\n\r\nhello`,
    gives: hello,
    llhttpDiffers: sameLength,
  },
  'two lengths': { bytes: `${ok}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`, gives: 'malformed' },
  'two lengths in a list': { bytes: `${ok}Content-Length: 5, 6\r\n\r\nhello!`, gives: 'malformed' },
  'a list that is not one': { bytes: `${ok}Content-Length: 5,\r\n\r\nhello`, gives: 'malformed' },
  'a negative length': { bytes: `${ok}Content-Length: -5\r\n\r\nhello`, gives: 'malformed' },
  'a length with a plus': { bytes: `${ok}Content-Length: +5\r\n\r\nhello`, gives: 'malformed' },
  'a length in hex': { bytes: `${ok}Content-Length: 0x5\r\n\r\nhello`, gives: 'malformed' },
  'a length of letters': { bytes: `${ok}Content-Length: five\r\n\r\nhello`, gives: 'malformed' },
  'a length with a fraction': { bytes: `${ok}Content-Length: 5.0\r\n\r\nhello`, gives: 'malformed' },
  'an empty length': { bytes: `${ok}Content-Length: \r\n\r\nhello`, gives: 'malformed' },
  'a length with a blank in it': { bytes: `${ok}Content-Length: 5 5\r\n\r\nhello`, gives: 'malformed' },
  'a length above 2^53': {
    bytes: `${ok}Content-Length: 9007199254740993\r\n\r\nhello`,
    gives: 'malformed',
    llhttpDiffers: 'no number here can count so many bytes',
  },
  'a length above 2^64': { bytes: `${ok}Content-Length: 18446744073709551621\r\n\r\nhello`, gives: 'malformed' },
  'less than the length': { bytes: `${ok}Content-Length: 10\r\n\r\nhello`, gives: 'cut' },
  'until the target closes': { bytes: `${ok}\r\nhello`, gives: hello },
  'half a head': { bytes: 'HTTP/1.1 200 OK\r\nContent-Le', gives: 'cut' },
  nothing: { bytes: '', gives: 'cut' },

  // transfer codings, §6.1 and §7
  'a length and chunked': {
    bytes: `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: 'malformed',
  },
  'chunked and a length': {
    bytes: `${ok}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: 'malformed',
  },
  'gzip and a length': { bytes: `${ok}Transfer-Encoding: gzip\r\n${five}`, gives: 'malformed' },
  'identity and a length': { bytes: `${ok}Transfer-Encoding: identity\r\n${five}`, gives: 'malformed' },
  'an unknown coding and a length': { bytes: `${ok}Transfer-Encoding: xchunked\r\n${five}`, gives: 'malformed' },
  'a coding in quotes and a length': { bytes: `${ok}Transfer-Encoding: "chunked"\r\n${five}`, gives: 'malformed' },
  'an empty coding and a length': { bytes: `${ok}Transfer-Encoding: \r\n${five}`, gives: 'malformed' },
  'an empty coding': { bytes: `${ok}Transfer-Encoding: \r\n\r\nhello`, gives: 'malformed' },
  'a vertical tab in a coding': {
    bytes: `${ok}Transfer-Encoding: \x0bchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: 'malformed',
  },
  'an unknown coding': {
    bytes: `${ok}Transfer-Encoding: xchunked\r\n\r\nhello`,
    gives: 'malformed',
    llhttpDiffers: unknownCoding,
  },
  identity: {
    bytes: `${ok}Transfer-Encoding: identity\r\n\r\nhello`,
    gives: 'malformed',
    llhttpDiffers: unknownCoding,
  },
  'an unknown coding and chunked': {
    bytes: `${ok}Transfer-Encoding: x, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: 'malformed',
    llhttpDiffers: unknownCoding,
  },
  'gzip and chunked': { bytes: `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`, gives: hello },
  'gzip until the target closes': { bytes: `${ok}Transfer-Encoding: gzip\r\n\r\nhello`, gives: hello },
  'chunked, then gzip': {
    bytes: `${ok}Transfer-Encoding: chunked, gzip\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: 'malformed',
    llhttpDiffers: codedUntilClose,
  },
  'chunked twice': {
    bytes: `${ok}Transfer-Encoding: chunked, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: 'malformed',
    llhttpDiffers: '§7.1: chunked is applied once',
  },
  'chunked in two fields': {
    bytes: `${ok}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: 'malformed',
    llhttpDiffers: unknownCoding,
  },
  'chunked with a parameter': {
    bytes: `${ok}Transfer-Encoding: chunked;q=1\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: 'malformed',
    llhttpDiffers: '§7.1: chunked has no parameters',
  },
  'an empty element beside chunked': {
    bytes: `${ok}Transfer-Encoding: , chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    gives: hello,
  },
  'chunked in upper case': { bytes: `${ok}TRANSFER-ENCODING: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n`, gives: hello },
  'chunked in HTTP/1.0': {
    bytes: 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    gives: 'malformed',
    llhttpDiffers: '§6.1: the framing of HTTP/1.0 with a Transfer-Encoding is faulty',
  },

  // chunks, §7.1
  chunks: { bytes: `${chunked}3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`, gives: hello },
  'an extension': { bytes: `${chunked}5;a=b\r\nhello\r\n0;c\r\n\r\n`, gives: hello },
  'an extension in quotes': { bytes: `${chunked}5;a="b;\\"c"\r\nhello\r\n0\r\n\r\n`, gives: hello },
  'zeros before a size': { bytes: `${chunked}0000000000000005\r\nhello\r\n000\r\n\r\n`, gives: hello },
  'blanks after a size': {
    bytes: `${chunked}5  \r\nhello\r\n0 \r\n\r\n`,
    gives: hello,
    llhttpDiffers: '§7.1.1 allows blanks there, and old servers pad sizes with them',
  },
  'blanks around an extension': {
    bytes: `${chunked}5 ; a=b\r\nhello\r\n0\r\n\r\n`,
    gives: hello,
    llhttpDiffers: '§7.1.1 allows blanks there, and old servers pad sizes with them',
  },
  'blanks before a size': { bytes: `${chunked} 5\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'chunks with LF alone': { bytes: `${chunked}5\nhello\n0\n\n`, gives: hello, llhttpDiffers: lfAlone },
  'sizes of letters': { bytes: `${chunked}zz\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'a negative size': { bytes: `${chunked}-5\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'a size with a plus': { bytes: `${chunked}+5\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'a size with 0x': { bytes: `${chunked}0x5\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'no size': { bytes: `${chunked}\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'an extension without a size': { bytes: `${chunked};a\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'a size of 16 f': {
    bytes: `${chunked}ffffffffffffffff\r\nhello\r\n0\r\n\r\n`,
    gives: 'malformed',
    llhttpDiffers: 'no number here can count so many bytes',
  },
  'a size of 17 digits': { bytes: `${chunked}10000000000000005\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'a chunk longer than its size': { bytes: `${chunked}5\r\nhelloXX\r\n0\r\n\r\n`, gives: 'malformed' },
  'no line end after a chunk': { bytes: `${chunked}5\r\nhello0\r\n\r\n`, gives: 'malformed' },
  'a size that is one too large': { bytes: `${chunked}6\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'LF alone after a chunk only': { bytes: `${chunked}5\r\nhello\n0\r\n\r\n`, gives: 'malformed' },
  'CR alone after a size': { bytes: `${chunked}5\rhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'CR alone in an extension': { bytes: `${chunked}5;a\rb\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  'CR alone after a chunk': { bytes: `${chunked}5\r\nhello\r0\r\n\r\n`, gives: 'malformed' },
  'NUL in an extension': { bytes: `${chunked}5;a\0b\r\nhello\r\n0\r\n\r\n`, gives: 'malformed' },
  trailers: { bytes: `${chunked}5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n e\r\n\r\n`, gives: hello, llhttpDiffers: folded },
  'a length in the trailers': {
    bytes: `${chunked}5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n`,
    gives: hello,
    llhttpDiffers: '§6.5 of RFC 9110: framing in a trailer does not count',
  },
  'trailers that are none': { bytes: `${chunked}5\r\nhello\r\n0\r\nno colon here\r\n\r\n`, gives: 'malformed' },
  'a blank before the colon of a trailer': { bytes: `${chunked}5\r\nhello\r\n0\r\nA : b\r\n\r\n`, gives: 'malformed' },
  'cut in a chunk': { bytes: `${chunked}10\r\nhello`, gives: 'cut' },
  'cut after a chunk': { bytes: `${chunked}5\r\nhello\r\n`, gives: 'cut' },
  'cut in the trailers': { bytes: `${chunked}5\r\nhello\r\n0\r\n`, gives: 'cut' },

  // responses without a body, and what follows a response, §6.3 and §9
  '100 first': { bytes: `HTTP/1.1 100 Continue\r\n\r\n${ok}${five}`, gives: hello },
  '103 with fields first': { bytes: `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok}${five}`, gives: hello },
  '100 with a body': {
    bytes: `HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello${ok}${five}`,
    gives: 'malformed',
  },
  '101 unasked': {
    bytes: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nraw',
    gives: 'malformed',
  },
  '204': { bytes: 'HTTP/1.1 204 No Content\r\n\r\n', gives: { status: 204, body: '' } },
  '204 with a body': {
    bytes: `HTTP/1.1 204 No Content\r\n${five}`,
    gives: { status: 204, body: '' },
    llhttpDiffers: afterBody,
  },
  '204 in chunks': {
    bytes: 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    gives: { status: 204, body: '' },
    llhttpDiffers: afterBody,
  },
  '304 with a length': {
    bytes: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
    gives: { status: 304, body: '' },
  },
  '304 with a body': {
    bytes: `HTTP/1.1 304 Not Modified\r\n${five}`,
    gives: { status: 304, body: '' },
    llhttpDiffers: afterBody,
  },
  '205 with a body': { bytes: `HTTP/1.1 205 Reset\r\n${five}`, gives: { status: 205, body: 'hello' } },
  'a second response': { bytes: `${ok}${five}${ok}Content-Length: 4\r\n\r\nEVIL`, gives: hello },
  'a second response after chunks': {
    bytes: `${chunked}5\r\nhello\r\n0\r\n\r\n${ok}Content-Length: 4\r\n\r\nEVIL`,
    gives: hello,
  },
  'a second response after no body': {
    bytes: `${ok}Content-Length: 0\r\n\r\n${ok}Content-Length: 4\r\n\r\nEVIL`,
    gives: { status: 200, body: '' },
  },
  'more than the length': {
    bytes: `${ok}Content-Length: 3\r\n\r\nhello`,
    gives: { status: 200, body: 'hel' },
    llhttpDiffers: afterBody,
  },
  'an empty line after the body': { bytes: `${ok}${five}\r\n`, gives: hello },
}
