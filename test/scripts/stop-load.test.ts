import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fakes } from './fakes.ts'

/** What the master answers, from the second time on; and its pods, as they are asked for. */
const stop = async (verdict: string, masters = 'echo shop-master-a 100') => {
  const fakes = new Fakes({
    kubectl: `case "$*" in
  *'get pods'*component=master*) ${masters} ;;
  *'get services'*) echo service/shop-master ;;
  *wait=0) echo '{"state":"running"}' ;;
  *proxy/verdict*) echo x >>asked; asked=$(wc -l <asked); ${verdict} ;;
esac`,
  })
  const { exitCode, stderr } = await fakes.run('stop-load', 'shop', 'tests')
  return { exitCode, stderr, asked: fakes.calls.match(/verdict\?wait=\d+/g) ?? [] }
}
const running = `echo '{"state":"stopping"}'`

describe('stop-load', { concurrency: 8 }, () => {
  for (const [what, masters, times] of [
    ['its pod may take to end', 'echo shop-master-a 100', 7],
    ['the newest of two may', 'echo shop-master-a 100; echo shop-master-b 20', 2],
    ['a minute where that cannot be asked for', 'exit 1', 4],
  ] as const)
    test(`the master’s judgement is waited for as long as ${what}`, async () => {
      const { exitCode, asked } = await stop(running, masters)
      assert.equal(exitCode, 0)
      assert.deepEqual(asked, ['verdict?wait=0', ...Array(times).fill('verdict?wait=15')])
    })

  test('a verdict ends the wait', async () => {
    const { asked } = await stop(`[ $asked = 1 ] && ${running} || echo '{"outcome":"failed"}'`)
    assert.equal(asked.length, 3)
  })

  test('three requests in a row may fail', async () => {
    const { asked } = await stop(
      `[ $asked -le 3 ] && exit 1; [ $asked = 4 ] && ${running} || echo '{"outcome":"failed"}'`,
    )
    assert.equal(asked.length, 6)
  })

  test('a fourth is the end of it', async () => {
    const { exitCode, asked } = await stop('exit 1')
    assert.equal(exitCode, 0)
    assert.equal(asked.length, 5)
  })

  test('without a master there is nothing to wait for, whenever it went', async () => {
    assert.deepEqual((await stop(running, 'exit 0')).asked, [])
    assert.equal((await stop('exit 1', '[ -e asked ] || echo shop-master-a 100')).asked.length, 2)
  })
})
