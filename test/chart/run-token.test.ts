import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { base, helms, Objects } from './helm.ts'

/** As Argo CD has it: the revision is always 1, and the volume keeps what an earlier run was. */
const kept = { results: { persistence: { enabled: true, runId: 'v1' } } }
const locust = { workers: { engine: 'locust' }, locust: { image: 'a:1', configMap: 'b', userClasses: { A: 1 } } }

for (const { major, path: helm, skip } of helms)
  describe(`what makes a run new, by Helm ${major}`, { skip }, () => {
    function tokenOf(...values: object[]): string {
      const objects = new Objects(helm, [base, kept, ...values])
      const token = objects.podOf('master').metadata.annotations['katydid.dev/run'] ?? ''
      const { args } = objects.podOf('master').spec.containers[0]
      assert.match(token, /^r1-[0-9a-f]{8}-v\d$/)
      assert.equal(args[args.indexOf('--run-token') + 1], token)
      return token
    }

    test('the same values are the same run, whatever only keeps or shows it', () => {
      const settings = { jobTtl: '2h', helmTimeout: '20m', networkPolicy: { enabled: false }, log: { level: 'debug' } }
      assert.equal(tokenOf(settings), tokenOf())
    })

    const changes: Record<string, object[]> = {
      'the plan': [{ load: { profile: { users: 11 } } }],
      'the load file': [{ loadFile: { content: 'export class A {}' } }],
      'names of ConfigMaps': [{ loadFile: { configMaps: ['rows'] } }],
      'the image': [{ image: { tag: '2' } }],
      'the digest': [{ image: { digest: `sha256:${'0'.repeat(64)}` } }],
      'the environment of the load file': [{ pods: { all: { extraEnv: [{ name: 'TENANT', value: 'blue' }] } } }],
      'the engine': [locust],
      'its locustfile': [locust, { locust: { configMap: 'c' } }],
      'its classes': [locust, { locust: { userClasses: { A: 2 } } }],
      'its arguments': [locust, { locust: { extraArgs: ['-L', 'DEBUG'] } }],
      'the name of the run': [{ results: { persistence: { runId: 'v2' } } }],
    }
    test('each of these is another run', () => {
      const tokens = new Map([['nothing', tokenOf()]])
      for (const [name, values] of Object.entries(changes)) tokens.set(name, tokenOf(...values))
      const seen = new Map<string, string>()
      for (const [name, token] of tokens) {
        assert.equal(seen.get(token), undefined, `${name} gives the same run as ${seen.get(token)}`)
        seen.set(token, name)
      }
    })
  })
