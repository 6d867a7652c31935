import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fakes } from './fakes.ts'

const runner = { RUNNER_TEMP: '.', GITHUB_PATH: 'path', GITHUB_OUTPUT: 'outputs' }

describe('ci-kind', { concurrency: 4 }, () => {
  const has = (version: string) => ({
    kind: `[ "$1" != version ] || echo 'kind ${version} go1.25 linux/amd64'`,
    go: 'cp "$HOME/kind" "$GOBIN/kind"',
    docker: `case "$*" in *katydid:dev) ;; *) exit 1 ;; esac`,
  })

  test('a cluster of the kind that is there, and in it the images that this machine has', async () => {
    const fakes = new Fakes(has('v0.32.0'), runner)
    const { exitCode, stderr } = await fakes.run('ci-kind', 'katydid:dev', '', 'ghcr.io/x/katydid:1.2.3')
    assert.equal(exitCode, 0, stderr)
    assert.match(fakes.calls, /kind create cluster --name katydid --image kindest\/node:v\S+@sha256:\w{64} --wait 120s/)
    assert.deepEqual(fakes.calls.match(/kind load .*/g), ['kind load docker-image katydid:dev --name katydid'])
    assert.doesNotMatch(fakes.calls, /^go /m)
  })

  test('one that an earlier step made is used again', async () => {
    const fakes = new Fakes(
      { ...has('v0.32.0'), kind: 'case $1 in version) echo kind v0.32.0 x ;; get) echo katydid ;; esac' },
      runner,
    )
    assert.equal((await fakes.run('ci-kind', 'katydid:dev')).exitCode, 0)
    assert.match(fakes.calls, /kind export kubeconfig --name katydid\n[\s\S]*kind load docker-image katydid:dev/)
    assert.doesNotMatch(fakes.calls, /create/)
  })

  test('another kind is built, and its own node image taken', async () => {
    const more = { KIND_VERSION: 'v0.31.0', KIND_NODE: 'kindest/node:v1.31.14' }
    const fakes = new Fakes(has('v0.32.0'), { ...runner, ...more })
    fakes.write('bin/.keep', '')
    assert.equal((await fakes.run('ci-kind')).exitCode, 0)
    assert.match(
      fakes.calls,
      /go install sigs\.k8s\.io\/kind@v0\.31\.0\n[\s\S]*kind create cluster .*--image kindest\/node:v1\.31\.14/,
    )
  })
})

describe('ci-context', { concurrency: 4 }, () => {
  const aks = { CLUSTER_NAME: 'staging', AZURE_RESOURCE_GROUP: 'tests' }

  test('aks: kubelogin is installed where there is none, and later steps have it', async () => {
    const az = `case "$*" in *install-cli*) mkdir -p "$HOME/bin"; printf '#!/bin/sh\\necho kubelogin "$@" >>calls\\n' >"$HOME/bin/kubelogin"; chmod +x "$HOME/bin/kubelogin" ;; esac`
    const fakes = new Fakes({ az, kubectl: '' }, { ...runner, ...aks, RUNNER_TEMP: '.' })
    const { exitCode, stderr } = await fakes.run('ci-context', 'aks')
    assert.equal(exitCode, 0, stderr)
    assert.equal(
      fakes.calls,
      `az aks get-credentials --resource-group tests --name staging --overwrite-existing
az aks install-cli --install-location ./bin/kubectl --kubelogin-install-location ./bin/kubelogin
kubelogin convert-kubeconfig -l azurecli
kubectl version
`,
    )
    assert.equal(fakes.read('path'), './bin\n')
  })

  test('aks: one that is there is used', async () => {
    const fakes = new Fakes({ az: '', kubelogin: '', kubectl: '' }, { ...runner, ...aks })
    assert.equal((await fakes.run('ci-context', 'aks')).exitCode, 0)
    assert.doesNotMatch(fakes.calls, /install-cli/)
    assert.match(fakes.calls, /kubelogin convert-kubeconfig -l azurecli/)
  })

  test('eks', async () => {
    const fakes = new Fakes({ aws: '', kubectl: '' }, { CLUSTER_NAME: 'staging', AWS_REGION: 'eu-central-1' })
    assert.equal((await fakes.run('ci-context', 'eks')).exitCode, 0)
    assert.equal(fakes.calls, 'aws eks update-kubeconfig --name staging --region eu-central-1\nkubectl version\n')
  })

  const mistakes: [string, Record<string, string>, RegExp][] = [
    ['gke', {}, /unknown cluster: gke\. Use aks or eks/],
    ['', {}, /unknown cluster: \. Use aks or eks/],
    ['aks', {}, /aks needs cluster-name/],
    ['aks', { CLUSTER_NAME: 'staging' }, /aks needs azure-resource-group/],
    ['eks', { CLUSTER_NAME: 'staging' }, /eks needs aws-region/],
  ]
  for (const [cluster, env, says] of mistakes)
    test(`refused: ${cluster} ${JSON.stringify(env)}`, async () => {
      const fakes = new Fakes({ az: '', aws: '', kubectl: '' }, env)
      const { exitCode, stderr } = await fakes.run('ci-context', cluster)
      assert.equal(exitCode, 2)
      assert.match(stderr, says)
      assert.equal(fakes.calls, '')
    })
})

describe('images', { concurrency: 4 }, () => {
  const docker = `for each; do [ "$last" != --metadata-file ] || echo '{ "containerimage.digest": "sha256:abc" }' >"$each"; last=$each; done
case "$*" in *imagetools*) echo '{ "linux/amd64": {} }' ;; esac`
  const github = { GITHUB_SHA: 'c0ffee', GITHUB_REPOSITORY: 'Them/katydid', GITHUB_SERVER_URL: 'https://github.test' }

  test('ci-image: built for both architectures, with where it is from, and not pushed', async () => {
    const fakes = new Fakes({ docker }, { ...runner, ...github })
    assert.equal((await fakes.run('ci-image', 'katydid')).exitCode, 0)
    const [build = ''] = fakes.calls.split('\n')
    assert.match(build, /--file runner\/Dockerfile --platform linux\/amd64,linux\/arm64/)
    assert.match(
      build,
      /VERSION=0\.0\.0 --build-arg REVISION=c0ffee --build-arg SOURCE=https:\/\/github\.test\/Them\/katydid/,
    )
    assert.doesNotMatch(build, /--push|--tag/)
  })

  test('ci-image --push: the version of the tag, SBOM and provenance, small letters; its digest is the output', async () => {
    const fakes = new Fakes({ docker }, { ...runner, ...github, VERSION: 'v1.2.3' })
    assert.equal((await fakes.run('ci-image', 'ghcr.io/Them/katydid', '--push')).exitCode, 0)
    assert.match(fakes.calls, /--tag ghcr\.io\/them\/katydid:1\.2\.3 --sbom=true --provenance=mode=max .*--push \.\n/)
    assert.match(fakes.calls, /imagetools inspect ghcr\.io\/them\/katydid@sha256:abc/)
    assert.equal(fakes.output('ref'), 'ghcr.io/them/katydid@sha256:abc')
    assert.match(fakes.read('sbom.json'), /linux\/amd64/)
  })

  test('ci-image --push: a build that says no digest is no release', async () => {
    const fakes = new Fakes({ docker: 'echo "{}" >./image.json' }, { ...runner, ...github })
    assert.notEqual((await fakes.run('ci-image', 'x', '--push')).exitCode, 0)
    assert.equal(fakes.output('ref'), undefined)
  })

  test('ci-image-here: for this machine, of the runner or of another folder', async () => {
    const fakes = new Fakes({ docker: '' })
    await fakes.run('ci-image-here', 'katydid:dev')
    await fakes.run('ci-image-here', 'locust:e2e', 'test/e2e/locust')
    assert.equal(
      fakes.calls,
      'docker build --file runner/Dockerfile --tag katydid:dev .\ndocker build --tag locust:e2e test/e2e/locust\n',
    )
    assert.notEqual((await fakes.run('ci-image-here')).exitCode, 0)
  })
})

test('ci-helm-as: the helm of the PATH under another name, for later steps', async () => {
  const fakes = new Fakes({ helm: 'echo v4.3.1' }, runner)
  const { exitCode, stdout } = await fakes.run('ci-helm-as', 'helm4')
  assert.equal(exitCode, 0)
  assert.equal(stdout, 'v4.3.1\n')
  assert.match(fakes.read('bin/helm4'), /v4\.3\.1/)
  assert.equal(fakes.read('path'), './bin\n')
})

describe('ci-gate', { concurrency: 4 }, () => {
  const gate = (results: Record<string, string>) => {
    const needs = Object.entries(results).map(([name, result]) => [name, { result, outputs: {} }])
    return new Fakes({}, { NEEDS: JSON.stringify(Object.fromEntries(needs)) }).run('ci-gate')
  }

  test('opens where every job has succeeded', async () => {
    const { exitCode, stdout } = await gate({ test: 'success', e2e: 'success' })
    assert.equal(exitCode, 0)
    assert.equal(stdout, 'test: success\ne2e: success\n')
  })

  for (const result of ['failure', 'cancelled', 'skipped'])
    test(`stays shut where one is ${result}`, async () => {
      const { exitCode, stdout } = await gate({ test: 'success', e2e: result })
      assert.equal(exitCode, 1)
      assert.match(stdout, new RegExp(`^e2e: ${result}$`, 'm'))
    })

  test('stays shut where there is no job at all', async () => {
    assert.equal((await gate({})).exitCode, 1)
  })
})

describe('ci-evidence', { concurrency: 4 }, () => {
  test('objects, events, descriptions, and logs of what is not the cluster’s own', async () => {
    const kubectl = `case "$*" in
  *jsonpath*) printf 'kube-system etcd\\ntests shop-master-1\\n' ;;
  *--previous*) echo 'there is none' >&2; exit 1 ;;
  *logs*) echo 'it ran' ;;
  *events*) echo 'OOMKilling' ;;
  *describe*) echo 'Last State: Terminated' ;;
esac`
    const fakes = new Fakes({ kubectl })
    const { exitCode, stderr } = await fakes.run('ci-evidence', 'out')
    assert.equal(exitCode, 0)
    assert.match(stderr, /5 files in out/)
    assert.equal(fakes.read('out/logs/tests-shop-master-1.log'), 'it ran\n')
    assert.match(fakes.read('out/events.txt'), /OOMKilling/)
    assert.match(fakes.read('out/describe.txt'), /Terminated/)
    assert.doesNotMatch(fakes.calls, /logs .*etcd/)
  })

  test('a cluster that does not answer fails nothing', async () => {
    const fakes = new Fakes({ kubectl: 'echo "connection refused" >&2; exit 1' })
    assert.equal((await fakes.run('ci-evidence', 'out')).exitCode, 0)
    assert.match(fakes.read('out/objects.txt'), /connection refused/)
  })
})

describe('ci-release-chart', { concurrency: 4 }, () => {
  const values = 'image:\n  registry: ghcr.io\n  repository: them/katydid\n  tag: ""\nregistry:\n  server: ""'
  const helm = (pushed: string) => `case "$*" in
  'show values'*) echo '${values}' ;;
  package*) cat "$2/Chart.yaml" >packaged ;;
  push*) printf '${pushed}' >&2 ;;
esac`
  const release = async (pushed: string, image = 'ghcr.io/Them/katydid') => {
    const fakes = new Fakes({ helm: helm(pushed) }, { ...runner, VERSION: 'v1.2.3' })
    fakes.write(
      'chart/Chart.yaml',
      'annotations:\n  artifacthub.io/images: |\n    - name: katydid\n      image: ghcr.io/us/katydid:0.1.0\n',
    )
    return { fakes, ...(await fakes.run('ci-release-chart', 'ghcr.io/Them/charts', image)) }
  }

  test('packaged as the version of the tag, and pushed; its digest is the output', async () => {
    const { fakes, exitCode, stderr } = await release('Pushed: x\\nDigest: sha256:abc\\n')
    assert.equal(exitCode, 0, stderr)
    assert.match(fakes.calls, /helm package \S+\/katydid --version 1\.2\.3 --app-version 1\.2\.3 --destination \./)
    assert.match(fakes.calls, /helm push \.\/katydid-1\.2\.3\.tgz oci:\/\/ghcr\.io\/them\/charts/)
    assert.match(fakes.read('packaged'), / image: ghcr\.io\/them\/katydid:1\.2\.3\n/)
    assert.equal(fakes.output('ref'), 'ghcr.io/them/charts/katydid@sha256:abc')
  })

  test('a chart that runs another image than the one released is not', async () => {
    const { fakes, exitCode, stderr } = await release('', 'ghcr.io/us/katydid')
    assert.equal(exitCode, 1)
    assert.match(stderr, /the chart runs ghcr\.io\/them\/katydid, and ghcr\.io\/us\/katydid was released/)
    assert.doesNotMatch(fakes.calls, /package|push/)
  })

  test('a push that says no digest is none', async () => {
    const { fakes, exitCode, stderr } = await release('Pushed: x\\n')
    assert.equal(exitCode, 1)
    assert.match(stderr, /Helm did not say the digest/)
    assert.equal(fakes.output('ref'), undefined)
  })
})

describe('ci-release-npm', { concurrency: 4 }, () => {
  /** npm has these already. */
  const release = async (version: string, ...there: string[]) => {
    const npm = `case "$*" in ${there.map((name) => `'view ${name} version') echo ${name.split('@')[1]} ;;`).join(' ')} view*) exit 1 ;; esac`
    const fakes = new Fakes({ npm }, { VERSION: version })
    return { fakes, ...(await fakes.run('ci-release-npm')) }
  }
  const publish = (name: string, tag = 'latest') =>
    `npm publish --workspace ${name} --provenance --access public --tag ${tag}`

  test('both packages as the version of the tag, with provenance; one starts the other of its version', async () => {
    const { fakes, exitCode, stderr } = await release('v1.2.3')
    assert.equal(exitCode, 0, stderr)
    assert.match(fakes.calls, /^npm version 1\.2\.3 --workspaces .*$/m)
    assert.match(fakes.calls, /^npm pkg set dependencies\.katydid=1\.2\.3 --workspace create-katydid$/m)
    assert.deepEqual(fakes.calls.match(/^npm publish.*$/gm), [publish('katydid'), publish('create-katydid')])
  })

  test('run again, it publishes what is missing', async () => {
    const { fakes, exitCode } = await release('v1.2.3', 'katydid@1.2.3')
    assert.equal(exitCode, 0)
    assert.deepEqual(fakes.calls.match(/^npm publish.*$/gm), [publish('create-katydid')])
  })

  test('what is no final version does not become the latest', async () => {
    const { fakes } = await release('v1.2.3-rc.1')
    assert.deepEqual(fakes.calls.match(/^npm publish.*$/gm), [
      publish('katydid', 'next'),
      publish('create-katydid', 'next'),
    ])
  })
})

describe('ci-sign', { concurrency: 4 }, () => {
  const github = {
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_WORKFLOW_REF: 'them/katydid/release.yml@refs/tags/v1.2.3',
  }

  test('signs by digest, and checks that it was this workflow', async () => {
    const fakes = new Fakes({ cosign: '' }, github)
    assert.equal((await fakes.run('ci-sign', 'ghcr.io/x@sha256:abc')).exitCode, 0)
    assert.match(
      fakes.calls,
      /^cosign sign --yes --recursive ghcr\.io\/x@sha256:abc\ncosign verify ghcr\.io\/x@sha256:abc/,
    )
    assert.match(
      fakes.calls,
      /--certificate-identity https:\/\/github\.test\/them\/katydid\/release\.yml@refs\/tags\/v1\.2\.3/,
    )
  })

  test('a tag is refused; a signature that cannot be verified fails', async () => {
    const fakes = new Fakes({ cosign: '[ "$1" = sign ]' }, github)
    const { exitCode, stderr } = await fakes.run('ci-sign', 'ghcr.io/x:1.2.3')
    assert.equal(exitCode, 2)
    assert.match(stderr, /ghcr\.io\/x:1\.2\.3 is not a digest/)
    assert.equal(fakes.calls, '')
    assert.notEqual((await fakes.run('ci-sign', 'ghcr.io/x@sha256:abc')).exitCode, 0)
  })
})
