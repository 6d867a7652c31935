import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KatydidError } from '../errors.ts'
import { parseMasterAddress } from './master-address.ts'

const urlOf = (text: string) => parseMasterAddress(text, '--master', 8089).url

test('a host, with a port or without', () => {
  assert.equal(urlOf('shop-master'), 'http://shop-master:8089')
  assert.equal(urlOf('shop-master.load.svc:80'), 'http://shop-master.load.svc:80')
  assert.equal(urlOf('10.0.0.7:9000'), 'http://10.0.0.7:9000')
  assert.equal(urlOf('[::1]:9000'), 'http://[::1]:9000')
  assert.equal(urlOf('[fd00::7]'), 'http://[fd00::7]:8089')
  assert.equal(urlOf('::1'), 'http://[::1]:8089')
})

test('what is none is told with what is allowed', () => {
  const bad = [
    '',
    ':8089',
    'a:b',
    'a:0',
    'a:65536',
    'a:1:b',
    'a/b',
    'u@h',
    'http://h',
    'a b',
    '[::1',
    '[zz]:1',
    '999.1.1.1:1',
  ]
  for (const text of bad)
    assert.throws(
      () => urlOf(text),
      (error) => {
        assert.ok(error instanceof KatydidError, text)
        assert.equal(error.message, `--master: bad address ${JSON.stringify(text)}`)
        assert.match(error.hint!, /^write HOST or HOST:PORT, for example shop-master:8089/)
        return true
      },
      text,
    )
})
