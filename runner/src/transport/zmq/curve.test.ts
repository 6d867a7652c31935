import assert from 'node:assert/strict'
import { test } from 'node:test'
import { curveKeyPair } from 'zeromq'
import { curveKeys, z85 } from './curve.ts'

test('Z85 as in its specification', () => {
  assert.equal(z85(Buffer.from('864FD26FB559F75B', 'hex')), 'HelloWorld')
})

test('keys come from the shared key and the role, and have the form of ZeroMQ’s own', () => {
  const master = curveKeys('open sesame', 'master')
  assert.deepEqual(master, curveKeys('open sesame', 'master'))
  const all = [master, curveKeys('open sesame', 'worker'), curveKeys('open barley', 'master')]
  assert.equal(new Set(all.flatMap(({ publicKey, secretKey }) => [publicKey, secretKey])).size, 6)
  const own = curveKeyPair()
  assert.deepEqual([master.publicKey.length, master.secretKey.length], [own.publicKey.length, own.secretKey.length])
})
