import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fakes } from './fakes.ts'

/** Other mistakes: see load-test.test.ts. */
describe('ci-check: set beside an input that says the same', { concurrency: 4 }, () => {
  const check = (env: Record<string, string>) => {
    const fakes = new Fakes({}, env)
    fakes.write('a.js', '')
    return fakes.run('ci-check')
  }

  const mistakes: [Record<string, string>, RegExp][] = [
    [
      { KATYDID_SET: 'load.host=https://b', KATYDID_HOST: 'https://a' },
      /set: load\.host is also set by the input host: remove one/,
    ],
    [{ KATYDID_SET: 'a=b,image.tag=2', KATYDID_IMAGE: 'x:1' }, /set: image is also set by the input image/],
    [
      { KATYDID_SET: 'loadFile.content=x', KATYDID_LOAD_FILE: 'a.js' },
      /set: loadFile\.content is also set by the input load-file/,
    ],
    [
      { KATYDID_SET: 'a=b\nload.profile.users=2', KATYDID_USERS: '5' },
      /set: load\.profile\.users is also set by the input users/,
    ],
    [
      { KATYDID_SET: 'workers.usersPerWorker=2', KATYDID_USERS_PER_WORKER: '5' },
      /set: workers\.usersPerWorker is also set by the input users-per-worker/,
    ],
  ]
  for (const [env, says] of mistakes)
    test(`refused: ${JSON.stringify(env)}`, async () => {
      const { exitCode, stderr } = await check(env)
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
    })

  test('something else beside it is fine', async () => {
    const set = 'log.level=debug,load.profile.usersPerX=1\nload.hostile=x\nload.params.list=a\\,load.host=b'
    const env = { KATYDID_SET: set, KATYDID_HOST: 'https://a', KATYDID_USERS: '5', KATYDID_IMAGE: 'x:1' }
    const { exitCode, stderr } = await check(env)
    assert.equal(exitCode, 0, stderr)
  })

  test('and so is the same without the input', async () => {
    assert.equal((await check({ KATYDID_SET: 'load.host=https://b\nimage.tag=2\nload.profile.users=2' })).exitCode, 0)
  })
})
