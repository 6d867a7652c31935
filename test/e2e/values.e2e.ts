import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { start } from './command.ts'
import { Release } from './release.ts'

const root = new URL('../..', import.meta.url).pathname
const places = ['kind.yaml', 'minikube.yaml', 'aks.yaml', 'eks.yaml']
const files = readdirSync(join(root, 'values')).filter((name) => name.endsWith('.yaml'))
const confined = { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }
/** Every setting there is for pods, each of a shape that the API server checks. */
const everything = {
  pods: {
    all: {
      labels: { team: 'shop' },
      annotations: { why: 'load' },
      extraEnv: [
        { name: 'A', value: 'b' },
        { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      ],
      extraEnvFrom: [{ secretRef: { name: 's', optional: true } }],
      resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '1Gi' } },
      volumes: [{ name: 'data', emptyDir: {} }],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
      nodeSelector: { a: 'b' },
      tolerations: [{ key: 'spot', operator: 'Exists' }],
      affinity: { podAntiAffinity: {} },
      topologySpreadConstraints: [],
      priorityClassName: 'system-cluster-critical',
      initContainers: [{ name: 'first', image: 'first:1', ...confined }],
      sidecars: [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always', ...confined }],
      hostAliases: [{ ip: '127.0.0.1', hostnames: ['shop.test'] }],
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['127.0.0.1'] },
      terminationGracePeriodSeconds: 60,
    },
  },
  mesh: 'istio',
  registry: { server: 'registry.test', user: 'me', pass: 'secret' },
  extraObjects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'more' }, data: { a: 'b' } }],
}

for (const helm of ['helm', 'helm4'])
  describe(`${helm}: the API server takes what every values file renders to, hooks too`, () => {
    let release: Release
    before(async () => {
      release = await Release.create({ helm })
    })
    after(() => release[Symbol.asyncDispose]())

    /** What `kubectl apply --dry-run=server` said of each object. */
    async function accepted(args: readonly string[]): Promise<string[]> {
      const template = await release.helm(['template', 'shop', join(root, 'chart'), '--validate', ...args]).done
      assert.equal(template.exitCode, 0, template.text)
      const apply = ['apply', '--namespace', release.namespace, '--dry-run=server', '--filename', '-']
      const { exitCode, text, stdout } = await start('kubectl', apply, { input: template.stdout }).done
      assert.equal(exitCode, 0, text)
      assert.doesNotMatch(text, /Warning/, 'Pod Security restricted, and no deprecated API')
      return stdout.trim().split('\n')
    }

    const host = ['--set', 'load.host=http://shop.test', '--set', 'helmTimeout=365d']
    const fileOf = (name: string) => ['--values', join(root, 'values', name)]
    for (const name of files)
      test(name, async () => {
        const profile = places.includes(name) ? fileOf('smoke.yaml') : []
        const objects = await accepted([...profile, ...fileOf(name), ...host])
        const jobs = objects.filter((object) => object.startsWith('job.batch/')).length
        assert.equal(jobs, ['continuous.yaml', 'schedule.yaml'].includes(name) ? 0 : 2, objects.join('\n'))
      })

    test('every setting of pods, a mesh, a registry, objects of one’s own', async () => {
      const objects = await accepted([...fileOf('smoke.yaml'), ...host, ...settings(everything)])
      assert.ok(objects.some((object) => object.startsWith('configmap/more ')))
      assert.ok(objects.some((object) => object.startsWith('secret/shop-pull ')))
    })
  })

function settings(values: object): string[] {
  return Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`])
}
