import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { base, helms, Objects, render, root } from './helm.ts'

const schema = JSON.parse(readFileSync(join(root, 'chart/values.schema.json'), 'utf8'))

/** What is said of pods makes a run another one, whatever comes of it. */
const ofAnyRun = (spec: object) => JSON.parse(JSON.stringify(spec).replaceAll(/r1-[0-9a-f]{8}/g, 'r1'))
const names = (list: { name: string }[] | undefined) => list?.map(({ name }) => name)

for (const { major, path: helm, skip } of helms)
  describe(`settings of pods, by Helm ${major}`, { skip }, () => {
    const pod = (role: string, values: object) => new Objects(helm, [base, values]).podOf(role).spec
    const own = ['KATYDID_WORKER_RETRY', 'KATYDID_WORKER_PLACE']
    const container = (role: string, values: object) => pod(role, values).containers[0]

    test('what a pod has more of is that of all, then that of the role', () => {
      const said = (name: string) => ({
        extraEnv: [{ name, value: name }],
        extraEnvFrom: [{ secretRef: { name } }],
        volumes: [{ name, emptyDir: {} }],
        volumeMounts: [{ name, mountPath: `/${name}` }],
        initContainers: [{ name: `${name}-first`, image: name }],
        sidecars: [{ name: `${name}-beside`, image: name, restartPolicy: 'Always' }],
      })
      const values = { pods: { all: said('a'), workers: said('b') } }
      const { containers, volumes, initContainers } = pod('workers', values)
      const [{ env, envFrom, volumeMounts }] = containers
      assert.deepEqual(names(env), ['KATYDID_CLUSTER_KEY', ...own, 'KATYDID_JOB', 'a', 'b'])
      assert.deepEqual(envFrom, [{ secretRef: { name: 'a' } }, { secretRef: { name: 'b' } }])
      assert.deepEqual(names(volumes), ['tmp', 'a', 'b'])
      assert.deepEqual(names(volumeMounts), ['tmp', 'a', 'b'])
      assert.deepEqual(names(initContainers), ['a-first', 'b-first', 'a-beside', 'b-beside'])
      assert.deepEqual(names(pod('master', values).volumes), ['tmp', 'plan', 'results', 'a'])
    })

    test('of a name that comes twice, the last counts: the role’s over that of all, anyone’s over the chart’s', () => {
      const all = {
        extraEnv: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
        volumes: [{ name: 'data', emptyDir: {} }],
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
        sidecars: [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }],
      }
      const workers = {
        extraEnv: [
          { name: 'A', value: '3' },
          { name: 'KATYDID_CLUSTER_KEY', value: 'mine' },
        ],
        volumes: [
          { name: 'data', configMap: { name: 'rows' } },
          { name: 'tmp', emptyDir: { medium: 'Memory' } },
        ],
        volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true }],
        sidecars: [{ name: 'proxy', image: 'proxy:2', restartPolicy: 'Always' }],
      }
      const { containers, volumes, initContainers } = pod('workers', { pods: { all, workers } })
      const [{ env, volumeMounts }] = containers
      assert.deepEqual(names(env), [...own, 'KATYDID_JOB', 'B', 'A', 'KATYDID_CLUSTER_KEY'])
      assert.deepEqual(env?.slice(4), [
        { name: 'A', value: '3' },
        { name: 'KATYDID_CLUSTER_KEY', value: 'mine' },
      ])
      assert.deepEqual(volumes, workers.volumes)
      assert.deepEqual(volumeMounts?.slice(1), workers.volumeMounts)
      assert.deepEqual(initContainers, workers.sidecars)
    })

    const over: [name: string, all: object, own: object, expected: Record<string, unknown>][] = [
      [
        'maps key by key',
        { nodeSelector: { a: '1', b: '1' } },
        { nodeSelector: { b: '2' } },
        { nodeSelector: { 'kubernetes.io/os': 'linux', a: '1', b: '2' } },
      ],
      [
        'tolerations whole',
        { tolerations: [{ key: 'a' }] },
        { tolerations: [{ key: 'b' }] },
        { tolerations: [{ key: 'b' }] },
      ],
      ['an empty list, too', { tolerations: [{ key: 'a' }] }, { tolerations: [] }, { tolerations: undefined }],
      ['text', { priorityClassName: 'low' }, { priorityClassName: 'high' }, { priorityClassName: 'high' }],
      ['no text, too', { priorityClassName: 'low' }, { priorityClassName: '' }, { priorityClassName: undefined }],
      ['what only all say', { runtimeClassName: 'gvisor' }, {}, { runtimeClassName: 'gvisor' }],
      ['what only the role says', {}, { schedulerName: 'mine' }, { schedulerName: 'mine' }],
      [
        'dns',
        { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.1'], options: [{ name: 'ndots' }] } },
        { dnsConfig: { nameservers: ['10.0.0.2'] } },
        { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.2'], options: [{ name: 'ndots' }] } },
      ],
      [
        'a service account',
        { serviceAccountName: 'all' },
        { serviceAccountName: 'mine' },
        { serviceAccountName: 'mine' },
      ],
      ['the release’s service account', {}, {}, { serviceAccountName: 'shop' }],
      ['nodes with Linux', {}, {}, { nodeSelector: { 'kubernetes.io/os': 'linux' } }],
      [
        'unless others are wanted',
        {},
        { nodeSelector: { 'kubernetes.io/os': 'windows' } },
        { nodeSelector: { 'kubernetes.io/os': 'windows' } },
      ],
    ]
    for (const [name, all, own, expected] of over)
      test(`a role’s own over those of all: ${name}`, () => {
        for (const role of ['master', 'workers', 'verdict']) {
          const found = pod(role, { pods: { all, [role]: own } })
          assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, found[key]])), expected, role)
        }
      })

    test('null takes back what was said before, of all and of what all say; what the chart says stays', () => {
      const all = { resources: null, extraEnv: [{ name: 'A', value: '1' }], nodeSelector: { a: '1' }, labels: null }
      const confined = { securityContext: null, podSecurityContext: null, topologySpreadConstraints: null }
      const workers = { nodeSelector: null, extraEnv: null, extraArgs: null, ...confined }
      const [said, unsaid] = [pod('workers', { pods: { all, workers } }), pod('workers', {})]
      assert.deepEqual(ofAnyRun(said), ofAnyRun(unsaid))
      assert.ok('securityContext' in unsaid.containers[0] && 'topologySpreadConstraints' in unsaid)
      // a role that says nothing of it has it still
      assert.deepEqual(pod('master', { pods: { all, workers } }).nodeSelector, { 'kubernetes.io/os': 'linux', a: '1' })
      const opened = { securityContext: {}, podSecurityContext: {} }
      assert.deepEqual(
        pod('workers', { pods: { all: opened, workers: confined } }).securityContext,
        unsaid.securityContext,
      )
    })

    test('null takes back what an earlier values file said', () => {
      const files = [
        base,
        { pods: { all: { resources: { limits: { cpu: '1' } } }, workers: { mesh: 'istio', securityContext: {} } } },
        { pods: { all: { resources: null }, workers: { mesh: null, securityContext: null } } },
      ]
      const { metadata, spec } = new Objects(helm, files).podOf('workers')
      assert.equal(spec.containers[0].resources, undefined)
      assert.equal(metadata.labels['sidecar.istio.io/inject'], 'false')
      assert.deepEqual(spec.containers[0].securityContext, container('workers', {}).securityContext)
    })

    test('null of each setting, for each role', () => {
      const settings = Object.keys(schema.$defs.podWithArguments.properties)
      const none = Object.fromEntries(settings.map((key) => [key, null]))
      const { extraArgs: _, ...verdict } = none
      assert.ok(settings.length > 20)
      const objects = new Objects(helm, [base, { pods: { all: verdict, master: none, workers: none, verdict } }])
      for (const role of ['master', 'workers', 'verdict'])
        assert.deepEqual(ofAnyRun(objects.podOf(role).spec), ofAnyRun(pod(role, {})), role)
    })

    test('resources key by key', () => {
      const all = { resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } } }
      const own = { resources: { requests: { cpu: '2' } } }
      const { resources } = container('workers', { pods: { all, workers: own } })
      assert.deepEqual(resources, { requests: { cpu: '2', memory: '1Gi' }, limits: { memory: '1Gi' } })
    })

    test('security contexts are the chart’s until something is said, and be it nothing', () => {
      const whole = pod('workers', {})
      assert.deepEqual(whole.securityContext, {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      assert.equal(JSON.stringify(whole.containers[0].securityContext).includes('ALL'), true)
      const none = pod('workers', { pods: { all: { podSecurityContext: {} }, workers: { securityContext: {} } } })
      assert.deepEqual([none.securityContext, none.containers[0].securityContext], [{}, {}])
      const own = { podSecurityContext: { runAsUser: 1_000_680_000 }, securityContext: { privileged: false } }
      const { securityContext, containers } = pod('workers', { pods: { workers: own } })
      assert.deepEqual([securityContext, containers[0].securityContext], Object.values(own))
    })

    test('more arguments, after the chart’s own', () => {
      const pods = { master: { extraArgs: ['--stop-on', 'loss'] }, workers: { extraArgs: ['--id', 'a'] } }
      assert.deepEqual(container('master', { pods }).args.slice(-3), ['info', '--stop-on', 'loss'])
      assert.deepEqual(container('workers', { pods }).args.slice(-3), ['info', '--id', 'a'])
      const continuous = new Objects(helm, [
        'continuous.yaml',
        { load: { file: 'examples/shop.ts', host: 'http://shop.test' }, pods },
      ])
      assert.deepEqual(continuous.podOf('master').spec.containers[0].args.slice(-2), ['--stop-on', 'loss'])
    })

    test('why a pod ended is in its status, whichever it is', () => {
      for (const role of ['master', 'workers', 'verdict'])
        assert.equal(container(role, {}).terminationMessagePolicy, 'FallbackToLogsOnError', role)
    })

    test('refused: processes in a worker that the master knows nothing of; a pod by itself may have them', () => {
      for (const said of [['--processes', '4'], ['--processes=auto']]) {
        const { exitCode, stderr } = render(helm, [base, { pods: { workers: { extraArgs: said } } }])
        assert.equal(exitCode, 1)
        assert.match(stderr, /pods\.workers\.extraArgs has --processes, .*set workers\.processes/)
      }
      const alone = {
        load: { file: 'examples/shop.ts', host: 'http://shop.test' },
        pods: { master: { extraArgs: ['--processes', '2'] } },
      }
      assert.equal(render(helm, ['continuous.yaml', alone]).exitCode, 0)
    })

    test('refused: arguments of katydid for workers of Locust', () => {
      const locust = { workers: { engine: 'locust' }, locust: { image: 'a', configMap: 'b' } }
      const { exitCode, stderr } = render(helm, [base, locust, { pods: { workers: { extraArgs: ['-q'] } } }])
      assert.equal(exitCode, 1)
      assert.match(stderr, /with workers\.engine locust, set locust\.extraArgs/)
    })

    const digest = `sha256:${'0'.repeat(64)}`
    const images: [image: object, expected: RegExp | string][] = [
      [{}, /^ghcr\.io\/katydid\/katydid:\d/],
      [{ tag: '1.2' }, 'ghcr.io/katydid/katydid:1.2'],
      [{ tag: '1.2', digest }, `ghcr.io/katydid/katydid@${digest}`],
      [{ registry: '', repository: 'katydid', tag: 'dev' }, 'katydid:dev'],
      [{ registry: '', repository: 'shop/katydid', digest }, `shop/katydid@${digest}`],
      [{ registry: '127.0.0.1:5000' }, /^127\.0\.0\.1:5000\/katydid\/katydid:\d/],
    ]
    for (const [image, expected] of images)
      test(`image ${JSON.stringify(image).slice(0, 60)}`, () => {
        const objects = new Objects(helm, [base, { image }])
        for (const role of ['master', 'workers', 'verdict']) {
          const { image: found } = objects.podOf(role).spec.containers[0]
          if (typeof expected === 'string') assert.equal(found, expected)
          else assert.match(found, expected)
        }
      })

    const wrongImages: [image: object, says: RegExp][] = [
      [
        { repository: 'katydid/katydid:1.2' },
        /image\.repository is katydid\/katydid:1\.2 and contains a tag or a digest: set image\.repository=katydid\/katydid and image\.tag=1\.2/,
      ],
      [{ repository: `a/b@${digest}` }, /set image\.repository=a\/b and image\.digest=sha256:0+/],
      [
        { registry: '', repository: `127.0.0.1:5000/a/b:1@${digest}` },
        /set image\.repository=127\.0\.0\.1:5000\/a\/b and image\.tag=1 and image\.digest=sha256:0+/,
      ],
      [
        { repository: 'ghcr.io/katydid/katydid' },
        /begins with image\.registry: set image\.repository=katydid\/katydid/,
      ],
      [{ repository: 'Katydid/katydid' }, /image\.repository is "Katydid\/katydid": .*lower-case letters/],
      [{ registry: 'https://ghcr.io' }, /image\.registry is https:\/\/ghcr\.io: set only the host/],
      [{ registry: 'ghcr.io/' }, /image\.registry is ghcr\.io\/: set only the host/],
      [{ tag: `1.2@${digest}` }, /image\.tag is "1\.2@sha256:0+", which is not a tag/],
    ]
    test('refused: an image’s name that no registry would know', () => {
      for (const [image, says] of wrongImages) {
        const { exitCode, stderr } = render(helm, [base, { image }])
        assert.equal(exitCode, 1, JSON.stringify(image))
        assert.match(stderr, says)
      }
    })

    test('verdict and target ask for a little, and for as much at the most: quotas may want that of every pod', () => {
      const podsOf = (values: object) => {
        const objects = new Objects(helm, [
          'aks.yaml',
          base,
          { demoTarget: { enabled: true }, helmTimeout: '1h' },
          values,
        ])
        return ['verdict', 'target'].map((role) => objects.podOf(role).spec.containers[0].resources)
      }
      for (const resources of podsOf({})) {
        const { requests, limits } = resources as Record<string, Record<string, string>>
        assert.deepEqual(
          [Object.keys(requests ?? {}), Object.keys(limits ?? {})],
          [
            ['cpu', 'memory'],
            ['cpu', 'memory'],
          ],
        )
      }
      const own = { requests: { cpu: '1' } }
      assert.deepEqual(podsOf({ pods: { verdict: { resources: own }, target: { resources: {} } } }), [own, undefined])
      assert.deepEqual(podsOf({ pods: { all: { resources: own } } }), [own, own])
    })

    test('probes: a policy may want one of every pod', () => {
      const livenessProbe = { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10 }
      const [master] = pod('master', { pods: { master: { livenessProbe } } }).containers
      assert.deepEqual((master as { livenessProbe?: object }).livenessProbe, livenessProbe)
      const probe = { exec: { command: ['node', '-e', '0'] } }
      const all = { livenessProbe: probe, readinessProbe: probe, startupProbe: probe }
      for (const role of ['master', 'workers', 'verdict']) {
        const [one] = pod(role, { pods: { all } }).containers as unknown as [Record<string, unknown>]
        assert.deepEqual([one.livenessProbe, one.readinessProbe, one.startupProbe], [probe, probe, probe])
      }
    })

    const wrong: [pods: object, says: RegExp][] = [
      [{ all: { annotations: { a: 1 } } }, /\/pods\/all\/annotations\/a': got number, want string/],
      [{ master: { annotations: { 'a b': 'c' } } }, /\/pods\/master\/annotations': .*'a b' not allowed/],
      [{ all: { labels: { a: true } } }, /\/pods\/all\/labels\/a': got boolean, want string/],
      [{ workers: { labels: { a: 'not a label' } } }, /\/pods\/workers\/labels\/a/],
      [{ workers: { nodeSelector: { pool: 7 } } }, /\/pods\/workers\/nodeSelector\/pool': got number, want string/],
      [{ all: { extraEnv: [{ name: 'A', value: 7 }] } }, /\/extraEnv\/0\/value': got number, want null or string/],
      [{ all: { extraEnv: [{ value: 'a' }] } }, /\/extraEnv\/0': missing property 'name'/],
      [{ all: { extraEnv: [{ name: 'A', valuefrom: {} }] } }, /\/extraEnv\/0': .*'valuefrom' not allowed/],
      [{ workers: { resources: { request: { cpu: 1 } } } }, /\/resources': .*'request' not allowed/],
      [{ workers: { resources: { limits: { memroy: '1Gi' } } } }, /\/resources\/limits': .*'memroy' not allowed/],
      [{ workers: { resources: { limits: { memory: '512MB' } } } }, /\/resources\/limits\/memory/],
      [{ workers: { tolerations: [{ key: 'a', efect: 'NoSchedule' }] } }, /\/tolerations\/0': .*'efect' not allowed/],
      [{ workers: { tolerations: [{ key: 'a', effect: 'Never' }] } }, /\/tolerations\/0\/effect/],
      [{ workers: { affinity: { nodeAfinity: {} } } }, /\/affinity': .*'nodeAfinity' not allowed/],
      [
        { workers: { volumes: [{ name: 'a', configMap: { nme: 'b' } }] } },
        /\/volumes\/0\/configMap': .*'nme' not allowed/,
      ],
      [{ workers: { securityContext: { runAsUser: '1000' } } }, /\/securityContext\/runAsUser': got string, want/],
      [{ master: { initContainers: [{ name: 'a', img: 'b' }] } }, /\/initContainers\/0': .*'img' not allowed/],
      [{ master: { livenessProbe: { httpGet: { path: '/' } } } }, /\/livenessProbe\/httpGet': missing property 'port'/],
    ]
    test('refused: of another type than Kubernetes has, which only the cluster would have said, or nobody', () => {
      for (const [pods, says] of wrong) {
        const { exitCode, stderr } = render(helm, [base, { pods }])
        assert.equal(exitCode, 1, JSON.stringify(pods))
        assert.match(stderr, says)
      }
    })

    test('what Kubernetes takes is taken: numbers as quantities, null for what is left out, any resource with a domain', () => {
      const workers = {
        resources: { requests: { cpu: 1, memory: 5e8 }, limits: { 'nvidia.com/gpu': 1, memory: '0.5Gi' } },
        affinity: { nodeAffinity: null, podAffinity: {} },
        tolerations: [{ key: 'a', operator: 'Exists', effect: '' }],
        livenessProbe: { httpGet: { port: 'http', path: null } },
        extraEnv: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }],
      }
      const { exitCode, stderr } = render(helm, [base, { pods: { workers } }])
      assert.equal(exitCode, 0, stderr)
    })

    test('objects of one’s own: a map, and text with templates in it', () => {
      const text = `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Release.Name }}-more" }
data: { host: {{ .Values.load.host | quote }} }`
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ .Release.Name }}-map' } }
      const objects = new Objects(helm, [base, { extraObjects: [text, map] }])
      assert.deepEqual(objects.named('ConfigMap/shop-more').data, { host: 'http://shop.test' })
      objects.named('ConfigMap/shop-map')
    })
  })
