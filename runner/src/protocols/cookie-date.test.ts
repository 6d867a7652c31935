import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { parseCookieDate } from './cookie-date.ts'

const rows: [text: string, iso: string | undefined][] = [
  ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
  ['Thu, 01-Jan-1970 00:00:00 GMT', '1970-01-01T00:00:00.000Z'],
  ['Thu, 01 Jan 1970 00:00:00', '1970-01-01T00:00:00.000Z'],
  ['Wed, 31-Dec-69 23:59:59 GMT', '2069-12-31T23:59:59.000Z'],
  ['01 Jan 70 00:00:00', '1970-01-01T00:00:00.000Z'],
  ['Sat, 15-Apr-17 21:01:22 GMT+0200', '2017-04-15T21:01:22.000Z'],
  ['Mon, 3 Aug 2099 8:4:5 UTC', '2099-08-03T08:04:05.000Z'],
  ['1994 6 nov 8:49:37', '1994-11-06T08:49:37.000Z'],
  ['2099 January/02 (03:04:05)', '2099-01-02T03:04:05.000Z'],
  ['Thu, 02 JANUARY 2099 03:04:05 GMT', '2099-01-02T03:04:05.000Z'],
  ['Tue, 29-Feb-2028 00:00:00 GMT', '2028-02-29T00:00:00.000Z'],
  ['Wed, 29-Feb-2027 00:00:00 GMT', undefined],
  ['Thu, 31 Apr 2099 00:00:00 GMT', undefined],
  ['Thu, 01 Jan 1600 00:00:00 GMT', undefined],
  ['Thu, 01 Jan 2099 24:00:00 GMT', undefined],
  ['Thu, 01 Jan 2099 00:60:00 GMT', undefined],
  ['Thu, 32 Jan 2099 00:00:00 GMT', undefined],
  ['Thu, 01 Jan 2099', undefined],
  ['2099-01-01T00:00:00Z', undefined],
  ['Thu, 01 Foo 2099 00:00:00 GMT', undefined],
  ['0', undefined],
  ['', undefined],
]
for (const [text, iso] of rows)
  test(`${JSON.stringify(text)} is ${iso ?? 'no date'}`, () => {
    const at = parseCookieDate(text)
    assert.equal(at === undefined ? undefined : new Date(at).toISOString(), iso)
  })

test('in any time zone the same', () => {
  const file = new URL('cookie-date.ts', import.meta.url).href
  const code = `import { parseCookieDate } from ${JSON.stringify(file)}
    console.log(${JSON.stringify(rows.map(([text]) => text))}.map(parseCookieDate).join())`
  const at = (zone: string) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      env: { ...process.env, TZ: zone },
    }).toString()
  const here = `${rows.map(([text]) => parseCookieDate(text)).join()}\n`
  for (const zone of ['Pacific/Kiritimati', 'America/St_Johns']) assert.equal(at(zone), here)
})
