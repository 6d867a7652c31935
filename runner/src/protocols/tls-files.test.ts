import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { certificates } from '../../../test/target/certificates.ts'
import { startTarget } from '../../../test/target/target.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { redact } from '../secrets/redactions.ts'
import { defaults, HttpRun } from './http-run.contract.ts'
import { readTls } from './tls.ts'

const folder = mkdtempSync(join(tmpdir(), 'katydid-tls-'))
after(() => rmSync(folder, { recursive: true }))
const made = certificates()
const { ca, clientCert, clientKey, strangerKey } = made.files
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const key = createPrivateKey(made.client.key)
const locked = (type: 'pkcs8' | 'sec1' | 'pkcs1') =>
  key.export({
    type: type as 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: `open sesame ${type}`,
  }) as string
const der = new X509Certificate(made.ca).raw

const wrong: [what: string, http: Partial<RunPlan['http']>, message: RegExp, hint: RegExp][] = [
  ['a CA file that is missing', { ca: '/nowhere.pem' }, /^http.ca: cannot read \/nowhere.pem \(ENOENT\)/, /PEM/],
  ['a folder', { ca: folder }, /\(EISDIR\)/, /PEM/],
  ['an empty CA file', { ca: file('empty.pem', '') }, /has no certificate: it is empty/, /PEM/],
  ['text as CA', { ca: file('text.pem', 'hello') }, /has no certificate: it is not a PEM file/, /PEM/],
  ['DER as CA', { ca: file('ca.der', der) }, /is binary \(DER or PKCS #12\)/, /openssl x509 -inform der -in .*ca\.der/],
  ['a key as CA', { ca: clientKey }, /has no certificate: it has (EC |RSA )?PRIVATE KEY/, /PEM/],
  ['a request as CA', { ca: file('csr.pem', '-----BEGIN CERTIFICATE REQUEST-----\nAA==\n-----END CERTIFICATE REQUEST-----') }, /it has CERTIFICATE REQUEST/, /PEM/],
  ['a certificate cut short', { ca: file('cut.pem', `${made.ca.slice(0, 200)}\n`) }, /has no certificate/, /PEM/],
  ['a bad one after a good one', { ca: file('two.pem', `${made.ca}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`) }, /an invalid certificate, number 2 of 2/, /PEM/],
  ['a key as certificate', { cert: clientKey, key: clientKey }, /^http.cert: .*has no certificate/, /PEM/],
  ['a certificate as key', { cert: clientCert, key: clientCert }, /^http.key: .*has no private key: it has CERTIFICATE/, /PEM/],
  ['DER as key', { cert: clientCert, key: file('key.der', key.export({ type: 'pkcs8', format: 'der' })) }, /has no private key: it is binary/, /openssl pkey -inform der/],
  ['another’s key', { cert: clientCert, key: strangerKey }, /^http.key: .*does not belong to the certificate/, /http.cert/],
  ['a key alone', { key: clientKey }, /http\.key is set, but http\.cert is not/, /both/],
] // biome-ignore format: a row a line
for (const [what, http, message, hint] of wrong)
  test(`refused before the run: ${what}`, () =>
    assert.throws(() => readTls({ ...defaults, ...http }, {}), { name: 'KatydidError', code: 'PLAN', message, hint }))

for (const type of ['pkcs8', key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1'] as const)
  test(`an encrypted key (${type}): its passphrase comes from the environment, and is a secret`, async (t) => {
    const options = { ...defaults, ca, cert: clientCert, key: file(`locked-${type}.pem`, locked(type)) }
    const passphrase = (text: string) => ({ KATYDID_HTTP_KEY_PASSPHRASE: text })
    assert.throws(() => readTls(options, {}), { message: /is encrypted/, hint: /KATYDID_HTTP_KEY_PASSPHRASE/ })
    assert.throws(() => readTls(options, passphrase('')), { message: /is encrypted/ })
    assert.throws(() => readTls(options, passphrase('wrong one')), { message: /does not open/ })
    assert.ok(createPrivateKey(readTls(options, passphrase(`open sesame ${type}`)).key as Buffer).equals(key))
    assert.equal(redact(`it is open sesame ${type}`), 'it is [redacted]')
    const target = await startTarget({ protocol: 'https', requireClientCertificate: true })
    t.after(() => target.close())
    process.env.KATYDID_HTTP_KEY_PASSPHRASE = `open sesame ${type}`
    t.after(() => delete process.env.KATYDID_HTTP_KEY_PASSPHRASE)
    for (const http2 of [false, true])
      assert.equal((await new HttpRun(t, { ...options, http2 }).client(target.url).get('/json')).status, 200)
  })

test('bundles, text around them, CRLF, and one file for both', () => {
  const bundle = file('bundle.pem', `\ufeff# ours\n${made.ca}\nand\n${made.client.cert}`.replaceAll('\n', '\r\n'))
  assert.equal(
    readTls({ ...defaults, ca: bundle }, {})
      .ca?.toString()
      .match(/BEGIN CERTIFICATE/g)?.length,
    2,
  )
  const both = file('both.pem', made.client.key + made.client.cert)
  assert.ok(readTls({ ...defaults, cert: both, key: both }, {}).key)
  assert.ok(readTls({ ...defaults, cert: both }, {}).key)
})
