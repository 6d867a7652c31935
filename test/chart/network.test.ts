import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { base, helms, Objects, render } from './helm.ts'

/** Who may reach which port of the master: roles of this release, or as it was said. */
function rulesOf(objects: Objects): [who: unknown, ports: number[]][] {
  const { ingress = [] } = objects.named('NetworkPolicy/shop-master').spec ?? {}
  return ingress.map(({ from, ports }) => {
    const peers = (from ?? []) as { podSelector?: { matchLabels: Record<string, string> } }[]
    const role = peers[0]?.podSelector?.matchLabels['app.kubernetes.io/component']
    return [role ?? from ?? 'anyone', ports.map(({ port }) => port)]
  })
}

const cluster = [{ ipBlock: { cidr: '10.0.0.0/16' } }]

for (const { major, path: helm, skip } of helms)
  describe(`who may reach what, by Helm ${major}`, { skip }, () => {
    const rules: Record<string, [object, [unknown, number[]][]]> = {
      'anyone may ask for results: the API server does it from anywhere': [
        {},
        [
          ['workers', [5557]],
          ['verdict', [8089]],
          ['anyone', [8089]],
        ],
      ],
      'only whom networkPolicy.http lists, and the verdict always': [
        { networkPolicy: { http: cluster } },
        [
          ['workers', [5557]],
          ['verdict', [8089]],
          [cluster, [8089]],
        ],
      ],
      'with Linkerd its proxy, for the pods that are in the mesh': [
        { mesh: 'linkerd' },
        [
          ['workers', [5557, 4143]],
          ['verdict', [8089, 4143]],
          ['anyone', [8089]],
        ],
      ],
      'with Linkerd its proxy for whom networkPolicy.http lists, too': [
        { mesh: 'linkerd', networkPolicy: { http: cluster } },
        [
          ['workers', [5557, 4143]],
          ['verdict', [8089, 4143]],
          [cluster, [8089, 4143]],
        ],
      ],
    }
    for (const [name, [values, expected]] of Object.entries(rules))
      test(name, () => assert.deepEqual(rulesOf(new Objects(helm, [base, values])), expected))

    test('egress: name servers, the master, the demo target and what is said; of the master the API server, too', () => {
      const to = [{ to: cluster, ports: [{ port: 443 }] }]
      const values = {
        networkPolicy: { egress: { enabled: true, to } },
        rbac: { create: true },
        demoTarget: { enabled: true },
      }
      const objects = new Objects(helm, [base, values])
      const portsOf = (role: string) => {
        const { egress, policyTypes } = objects.named(`NetworkPolicy/shop-${role}-egress`).spec as unknown as {
          policyTypes: string[]
          egress: { to?: object[]; ports: { port: number }[] }[]
        }
        assert.deepEqual(policyTypes, ['Egress'])
        return egress.map(({ to, ports }) => [
          to === undefined ? 'anywhere' : to === cluster ? 'said' : 'there',
          ...ports.map(({ port }) => port),
        ])
      }
      assert.deepEqual(portsOf('workers'), [
        ['there', 443],
        ['anywhere', 53, 53],
        ['there', 8000],
        ['there', 5557],
      ])
      assert.deepEqual(portsOf('verdict'), [
        ['anywhere', 53, 53],
        ['there', 8089],
      ])
      assert.deepEqual(portsOf('master'), [
        ['there', 443],
        ['anywhere', 53, 53],
        ['there', 8000],
        ['anywhere', 443, 6443],
      ])
      const { ingress, egress } = objects.named('NetworkPolicy/shop-target').spec as unknown as Record<string, object[]>
      assert.deepEqual([ingress, egress], [[{ ports: [{ port: 8000 }] }], []])
      const narrow = { networkPolicy: { egress: { dns: cluster, apiServer: cluster } } }
      const text = JSON.stringify(
        new Objects(helm, [base, values, narrow]).all.filter(({ kind }) => kind === 'NetworkPolicy'),
      )
      assert.equal(
        text.split('10.0.0.0/16').length - 1,
        2 + 3 + 1,
        'said of two, name servers of three, and the API server',
      )
    })

    test('refused: egress that lets nobody reach the target, or that is for no policy', () => {
      for (const [values, says] of [
        [
          { networkPolicy: { egress: { enabled: true } } },
          /networkPolicy\.egress allows no connection to the target: add the target to networkPolicy\.egress\.to/,
        ],
        [{ networkPolicy: { enabled: false, egress: { enabled: true, to: [{}] } } }, /networkPolicy\.enabled is false/],
        [
          { networkPolicy: { egress: { enabled: true, to: [{ cidr: '10.0.0.0/16' }] } } },
          /\/egress\/to\/0': .*'cidr' not allowed/,
        ],
      ] as [object, RegExp][]) {
        const { exitCode, stderr } = render(helm, [base, values])
        assert.equal(exitCode, 1)
        assert.match(stderr, says)
      }
    })

    test('a mesh is told what the ports speak', () => {
      const service = new Objects(helm, [base]).named('Service/shop-master')
      assert.deepEqual(
        service.spec?.ports?.map(({ port, appProtocol }) => [port, appProtocol]),
        [
          [5557, 'tcp'],
          [8089, 'http'],
        ],
      )
      assert.equal(service.metadata.annotations, undefined)
    })

    const families: [name: string, service: object, expected: object][] = [
      ['nothing said: as the cluster has it', {}, {}],
      ['a policy', { ipFamilyPolicy: 'PreferDualStack' }, { ipFamilyPolicy: 'PreferDualStack' }],
      ['a family', { ipFamilies: ['IPv6'] }, { ipFamilies: ['IPv6'] }],
      [
        'both, the first first',
        { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] },
        { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] },
      ],
    ]
    for (const [name, service, expected] of families)
      test(`addresses of Services: ${name}`, () => {
        const objects = new Objects(helm, [base, { service, demoTarget: { enabled: true } }])
        for (const role of ['master', 'target']) {
          const {
            ports: _,
            selector: __,
            ...rest
          } = objects.named(`Service/shop-${role}`).spec as Record<string, unknown>
          assert.deepEqual(rest, expected, role)
        }
      })

    test('the demo target listens on addresses of either family', () => {
      const { args } = new Objects(helm, [base, { demoTarget: { enabled: true } }]).podOf('target').spec.containers[0]
      assert.equal(args[args.indexOf('--host') + 1], '')
    })

    for (const [service, says] of [
      [{ ipFamilyPolicy: 'DualStack' }, /\/service\/ipFamilyPolicy/],
      [{ ipFamilies: ['IPv5'] }, /\/service\/ipFamilies\/0/],
      [{ ipFamilies: ['IPv4', 'IPv4'] }, /\/service\/ipFamilies/],
      [
        { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4', 'IPv6'] },
        /service\.ipFamilyPolicy is SingleStack, but service\.ipFamilies names two families/,
      ],
    ] as [object, RegExp][])
      test(`refused: service ${JSON.stringify(service)}`, () => {
        const { exitCode, stderr } = render(helm, [base, { service }])
        assert.equal(exitCode, 1)
        assert.match(stderr, says)
      })

    test('Linkerd is told on the pod and on the Service', () => {
      const objects = new Objects(helm, [base, { pods: { master: { mesh: 'linkerd' } } }])
      const port = 'config.linkerd.io/opaque-ports'
      assert.equal(objects.named('Service/shop-master').metadata.annotations?.[port], '5557')
      assert.equal(objects.podOf('master').metadata.annotations[port], '5557')
      assert.equal(objects.podOf('workers').metadata.annotations[port], undefined)
    })

    const meshes: Record<string, [object, Record<string, string>]> = {
      'one for all': [{ mesh: 'istio' }, { master: 'istio', workers: 'istio', verdict: 'istio' }],
      'a role’s own over it': [
        { mesh: 'istio', pods: { workers: { mesh: 'none' }, verdict: { mesh: 'linkerd' } } },
        { master: 'istio', workers: 'none', verdict: 'linkerd' },
      ],
      'all roles, and one over them': [
        { pods: { all: { mesh: 'linkerd' }, master: { mesh: 'istio' } } },
        { master: 'istio', workers: 'linkerd', verdict: 'linkerd' },
      ],
    }
    for (const [name, [values, expected]] of Object.entries(meshes))
      test(`mesh: ${name}`, () => {
        const objects = new Objects(helm, [base, values])
        const found = Object.keys(expected).map((role) => {
          const { annotations = {}, labels } = objects.podOf(role).metadata
          if (labels['sidecar.istio.io/inject'] === 'true') return [role, 'istio']
          if (annotations['linkerd.io/inject'] === 'enabled') return [role, 'linkerd']
          return [role, labels['istio.io/dataplane-mode'] === 'none' ? 'none' : 'left to the namespace']
        })
        assert.deepEqual(Object.fromEntries(found), expected)
      })
  })
