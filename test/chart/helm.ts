import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { temporaryFolder } from '../run-katydid.ts'
import { call, type Rendered, root } from './call.ts'
import { isCheckedLater } from './check-later.ts'
import { findHelm } from './find-helm.ts'

export { root }

export const helms = ([3, 4] as const).map((major) => {
  const path = findHelm(major)
  return { major, path, skip: path === '' ? `there is no Helm ${major}` : false }
})

/** `helm template` of the chart; values are objects, or names of files in `values/`. */
export function render(
  helm: string,
  values: readonly (object | string)[],
  args: readonly string[] = [],
  release = 'shop',
): Rendered {
  const dir = temporaryFolder()
  const files = values.flatMap((each, index) => {
    if (typeof each === 'string') return ['--values', join(root, 'values', each)]
    const path = join(dir, `${index}.json`)
    writeFileSync(path, JSON.stringify(each))
    return ['--values', path]
  })
  const checked = isCheckedLater(helm, values, args) ? ['--skip-schema-validation'] : []
  return call(helm, ['template', release, join(root, 'chart'), ...checked, ...files, ...args])
}

export interface Container {
  name: string
  image: string
  command?: string[]
  args: string[]
  env?: { name: string; value?: string; valueFrom?: object }[]
  envFrom?: object[]
  volumeMounts?: { name: string; mountPath: string }[]
  resources?: object
  securityContext?: object
  terminationMessagePolicy?: string
}

export interface PodSpec {
  containers: [Container]
  initContainers?: { name: string; image: string }[]
  volumes: { name: string }[]
  nodeSelector?: Record<string, string>
  serviceAccountName: string
  [setting: string]: unknown
}

export interface Manifest {
  kind: string
  metadata: { name: string; annotations?: Record<string, string>; labels?: Record<string, string> }
  data?: Record<string, string>
  spec?: {
    activeDeadlineSeconds?: number
    ttlSecondsAfterFinished?: number
    ingress?: { from?: object[]; ports: { port: number }[] }[]
    ports?: { name: string; port: number; appProtocol?: string }[]
    template?: PodTemplate
  }
}

export interface PodTemplate {
  metadata: { annotations: Record<string, string>; labels: Record<string, string> }
  spec: PodSpec
}

/** A run that is allowed. */
export const base = {
  load: { file: 'examples/shop.ts', host: 'http://shop.test', profile: { kind: 'constant', users: 10, runTime: '1m' } },
}

const known = new Map<string, readonly Manifest[]>()

/** The objects of the chart, by kind and name. What the same values have rendered to is kept: so nobody may change it. */
export class Objects {
  readonly all: readonly Manifest[]

  constructor(helm: string, values: readonly (object | string)[], args: readonly string[] = []) {
    const key = JSON.stringify([helm, values, args])
    const all = known.get(key) ?? frozen(objectsOf(render(helm, values, args)))
    known.set(key, all)
    this.all = all
  }

  /** `Job/shop-workers` */
  named(name: string): Manifest {
    const found = this.all.find(({ kind, metadata }) => `${kind}/${metadata.name}` === name)
    assert.ok(found, `there is no ${name}`)
    return found
  }

  podOf(role: string) {
    const kind = role === 'workers' || role === 'verdict' ? 'Job' : 'Deployment'
    const { template } = this.named(`${kind}/shop-${role}`).spec ?? {}
    assert.ok(template)
    return template
  }
}

function objectsOf({ exitCode, stdout, stderr }: Rendered): Manifest[] {
  assert.equal(exitCode, 0, stderr)
  return parseAllDocuments(stdout).flatMap((document) => (document.toJS() as Manifest | null) ?? [])
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const each of Object.values(Object.freeze(value))) frozen(each)
  return value
}
