import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { mistakes } from './mistakes.ts'
import { runKatydid } from './run-katydid.ts'
import { certificates } from './target/certificates.ts'
import { startTarget } from './target/target.ts'

const target = await startTarget()
after(() => target.close())
const stands: Record<string, string> = {
  '<url>': target.url,
  '<port>': String(target.port),
  '<client.pem>': certificates().files.clientCert,
}

/** What differs from machine to machine, named. */
function stable(text: string, dir: string): string {
  return Object.entries({ '<dir>': dir, ...stands }).reduce((said, [name, value]) => said.replaceAll(value, name), text)
}

describe('a mistake is told in whole sentences, with its place, before any load', { concurrency: 2 }, () => {
  for (const [name, { args, says, ...options }] of Object.entries(mistakes))
    test(name, async () => {
      const outcome = await runKatydid(
        args.map((arg) => stands[arg] ?? arg),
        { ...options, json: false },
      )
      assert.equal(outcome.exitCode, 2, `${outcome.stdout}\n${outcome.stderr}`)
      assert.deepEqual(stable(outcome.stderr, outcome.dir).trimEnd().split('\n'), says)
    })

  after(async () => assert.equal((await target.settled()).connections, 0, 'nothing was sent'))
})
