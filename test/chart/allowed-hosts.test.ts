import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { base, helms, render } from './helm.ts'

const withHost = (host: string | null) => ({ load: { host } })
const staging = { allowedHosts: ['[a-z-]+\\.staging\\.test', 'shop', '10\\.0\\.0\\.\\d+', '::1'] }

for (const { major, path: helm, skip } of helms)
  describe(`hosts that may be loaded, by Helm ${major}`, { skip }, () => {
    const right = [
      'http://web.staging.test',
      'https://web.staging.test:8443/a?b#c',
      'HTTPS://Web.Staging.Test',
      'http://shop',
      'http://10.0.0.12:80',
      'http://[::1]:8000',
    ]
    for (const host of right)
      test(`allowed: ${host}`, () => {
        const { exitCode, stderr } = render(helm, [base, staging, withHost(host)])
        assert.equal(exitCode, 0, stderr)
      })

    const wrong: [host: string, name: string][] = [
      ['https://web.production.test', 'web.production.test'],
      ['https://web.staging.test.evil.test', 'web.staging.test.evil.test'],
      ['https://my.shop', 'my.shop'],
      ['https://production.test/web.staging.test', 'production.test'],
      ['https://production.test?a=http://shop', 'production.test'],
      ['https://webXstaging.test', 'webXstaging.test'],
    ]
    for (const [host, name] of wrong)
      test(`refused: ${host}`, () => {
        const { exitCode, stderr } = render(helm, [base, staging, withHost(host)])
        assert.equal(exitCode, 1)
        assert.ok(stderr.includes(`load.host is ${host}, but allowedHosts does not allow the host "${name}"`), stderr)
      })

    test('other arguments of the master do as they please', () => {
      const extraArgs = ['--html', 'report.html', '-q', '--heartbeat-liveness', '8s', '--web-host', '::']
      const { exitCode, stderr } = render(helm, [
        base,
        staging,
        withHost('http://shop'),
        { pods: { master: { extraArgs } } },
      ])
      assert.equal(exitCode, 0, stderr)
    })

    test('any, where none is said; the demo target always', () => {
      assert.equal(render(helm, [base]).exitCode, 0)
      const { exitCode, stderr } = render(helm, [base, staging, withHost(null), { demoTarget: { enabled: true } }])
      assert.equal(exitCode, 0, stderr)
    })

    const extraEnv = [{ name: 'KATYDID_HOST', value: 'https://web.production.test' }]
    const mistakes: Record<string, [object[], RegExp]> = {
      'a host that is left out': [
        [withHost(null)],
        /load\.host is not set, so it cannot be checked against allowedHosts/,
      ],
      'a host of the environment, for all': [[{ pods: { all: { extraEnv } } }], /pods\.all\.extraEnv has KATYDID_HOST/],
      'and for the master': [[{ pods: { master: { extraEnv } } }], /pods\.master\.extraEnv has KATYDID_HOST/],
      'Locust’s variable, which does the same': [
        [{ pods: { master: { extraEnv: [{ name: 'LOCUST_HOST', value: 'https://web.production.test' }] } } }],
        /pods\.master\.extraEnv has LOCUST_HOST/,
      ],
      ...Object.fromEntries(
        ['--host', '--host=https://web.production.test', '-H', '-Hhttps://web.production.test', '--values', '-f'].map(
          (flag) => [
            `an argument of the master: ${flag}`,
            [[{ pods: { master: { extraArgs: [flag] } } }], new RegExp(`pods\\.master\\.extraArgs has ${flag}`)],
          ],
        ),
      ),
      'what is no expression': [
        [{ allowedHosts: ['*.test'] }],
        /allowedHosts has "\*\.test", which is not a regular expression/,
      ],
    }
    for (const [name, [values, says]] of Object.entries(mistakes))
      test(`refused: ${name}`, () => {
        const { exitCode, stderr } = render(helm, [base, withHost('http://shop'), staging, ...values])
        assert.equal(exitCode, 1)
        assert.match(stderr, says)
      })
  })
