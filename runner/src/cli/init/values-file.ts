import type { PackageManager } from './package-manager.ts'
import type { Target } from './target.ts'

/** Of the folder that `init` creates; other loads of the same file are beside it. */
export const valuesName = 'smoke.yaml'

/** The values file, for `katydid run -f` and for `helm install -f`. */
export function valuesFile(
  { host, isDemo, isLoopback }: Target,
  { run, exec }: PackageManager,
  version: string,
): string {
  return `# How much load, for how long, and what must hold for the run to pass. The same file is for this machine and for a cluster.
#
# On this machine:
#   ${run} load
# In a cluster, with Helm; exit status 0 means that the run passed:
#   ${exec} katydid bundle load-test.ts -o load-test.bundle
#   helm upgrade --install load oci://ghcr.io/katydid/charts/katydid --version ${version} --wait \\
#     -f smoke.yaml --set-file loadFile.content=load-test.bundle${inCluster(isDemo, isLoopback)}
load:
  file: load-test.ts
  host: ${host}
  profile:
    kind: constant # also: stages, spike, bursts, arrivals, shape
    users: 5
    spawnRate: 5/s # users that start in one second
    runTime: 20s
  stopTimeout: 5s # how long users may finish their task at the end
  thresholds:
    - fail_ratio < 1%
    - p95 < 1s
`
}

function inCluster(isDemo: boolean, isLoopback: boolean): string {
  if (isDemo) return ' --set load.host=null,demoTarget.enabled=true'
  return isLoopback ? ' --set load.host=http://shop.default.svc # a pod does not reach this machine' : ''
}
