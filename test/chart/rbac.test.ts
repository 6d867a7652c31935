import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { base, helms, Objects } from './helm.ts'

const rbac = { rbac: { create: true } }

for (const { major, path: helm, skip } of helms)
  describe(`what the master may do in its namespace, by Helm ${major}`, { skip }, () => {
    const rights = (values: object[]) => {
      const objects = new Objects(helm, [base, ...values])
      const of = (kind: string) => objects.all.filter((each) => each.kind === kind)
      return {
        roles: of('Role') as unknown as {
          rules: { resources: string[]; resourceNames?: string[]; verbs: string[] }[]
        }[],
        bindings: of('RoleBinding') as unknown as { subjects: { name: string }[]; roleRef: { name: string } }[],
        accounts: of('ServiceAccount').map(({ metadata }) => metadata.name),
        everywhere: objects.all.filter(({ kind }) => /^Cluster/.test(kind)),
        podOf: (role: string) =>
          objects.podOf(role).spec as unknown as {
            serviceAccountName: string
            automountServiceAccountToken: boolean
            containers: { args: string[] }[]
          },
        workers: objects.all.find(({ kind, metadata }) => kind === 'Job' && metadata.name === 'shop-workers'),
      }
    }

    test('in a namespace whose name is a number', () => {
      const objects = new Objects(helm, [base, rbac], ['--namespace', '12345'])
      const { subjects } = objects.named('RoleBinding/shop-master') as unknown as { subjects: { namespace: unknown }[] }
      assert.equal(subjects[0]?.namespace, '12345')
    })

    test('nothing, unless it is said', () => {
      const { roles, bindings, podOf } = rights([])
      assert.deepEqual([roles, bindings], [[], []])
      const { automountServiceAccountToken, containers } = podOf('master')
      assert.equal(automountServiceAccountToken, false)
      assert.ok(!containers[0]?.args.includes('--workers-job'))
    })

    test('rbac.create: look at pods and events, and change the one Job; workers have no token', () => {
      const { roles, bindings, accounts, everywhere, podOf } = rights([rbac])
      assert.deepEqual(
        roles[0]?.rules.map(({ resources, resourceNames, verbs }) => [resources, resourceNames, verbs]),
        [
          [['jobs'], ['shop-workers', 'shop-verdict'], ['get', 'patch']],
          [['pods', 'events'], undefined, ['list']],
        ],
      )
      assert.deepEqual(
        bindings[0]?.subjects.map(({ name }) => name),
        ['shop-master'],
      )
      assert.deepEqual(accounts.sort(), ['shop', 'shop-master'])
      assert.deepEqual(everywhere, [])
      const master = podOf('master')
      assert.deepEqual([master.serviceAccountName, master.automountServiceAccountToken], ['shop-master', true])
      assert.match(master.containers[0]?.args.join(' ') ?? '', /--workers-job shop-workers/)
      for (const role of ['workers', 'verdict']) {
        const pod = podOf(role)
        assert.deepEqual([pod.serviceAccountName, pod.automountServiceAccountToken], ['shop', false])
      }
    })

    test('an account of one’s own for the master gets the rights, and none is made', () => {
      const { accounts, bindings, podOf } = rights([rbac, { pods: { master: { serviceAccountName: 'mine' } } }])
      assert.deepEqual(accounts, ['shop'])
      assert.deepEqual(
        bindings[0]?.subjects.map(({ name }) => name),
        ['mine'],
      )
      assert.equal(podOf('master').serviceAccountName, 'mine')
    })

    test('an account of all pods gets none: workers have it', () => {
      const { accounts, bindings, podOf } = rights([rbac, { pods: { all: { serviceAccountName: 'everybodys' } } }])
      assert.deepEqual(accounts.sort(), ['shop', 'shop-master'])
      assert.deepEqual(
        bindings[0]?.subjects.map(({ name }) => name),
        ['shop-master'],
      )
      assert.deepEqual(
        ['master', 'workers'].map((role) => podOf(role).serviceAccountName),
        ['shop-master', 'everybodys'],
      )
    })

    test('the Job says of which run it is, in the master’s own words', () => {
      const { workers, podOf } = rights([rbac])
      const { args } = podOf('master').containers[0]!
      assert.equal(workers?.metadata.annotations?.['katydid.dev/run'], args[args.indexOf('--run-token') + 1])
    })

    test('nothing where there is no Job of workers', () => {
      const { roles, podOf } = rights([
        rbac,
        { mode: 'continuous', load: { profile: { runTime: null }, guard: { maxRps: 5 } } },
      ])
      assert.deepEqual(roles, [])
      assert.equal(podOf('master').automountServiceAccountToken, false)
    })
  })
