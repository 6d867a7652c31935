import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pod, Release } from './release.ts'

/** What of a NetworkPolicy (networking.k8s.io/v1) the chart and its tests say. */
interface NetworkPolicy {
  spec: { podSelector: Selector; policyTypes: readonly ('Ingress' | 'Egress')[]; ingress?: Rule[]; egress?: Rule[] }
}
interface Rule {
  from?: readonly { podSelector: Selector }[]
  to?: readonly { podSelector: Selector }[]
  ports?: readonly { port: number; protocol?: 'TCP' | 'UDP' }[]
}
interface Selector {
  matchLabels?: Record<string, string>
  matchExpressions?: readonly { key: string; operator: 'In'; values: readonly string[] }[]
}

/**
 * `enforced` where the cluster enforces NetworkPolicies. Where it does not: a command that reads rules of nftables for the network namespace of its one node, as
 * `nft -f -` does there. Its bridges must pass packets to IP's hooks (`net.bridge.bridge-nf-call-iptables`).
 */
const means = process.env.KATYDID_E2E_POLICIES

export const notEnforced = means ? false : 'KATYDID_E2E_POLICIES does not say how this cluster enforces NetworkPolicies'

/** Enforces the policies of a namespace until it is disposed of; a new pod is known a moment after it has its address. */
export function enforce(release: Release): AsyncDisposable {
  if (means === 'enforced') return { [Symbol.asyncDispose]: async () => {} }
  const table = `policies_${release.namespace.replaceAll('-', '_')}`
  const abort = new AbortController()
  let loaded = ''
  const done = (async () => {
    while (!abort.signal.aborted) {
      const policies = await release.list<NetworkPolicy>('networkpolicies')
      // the address of one that has ended is another's by now
      const pods = (await release.list<Pod>('pods')).filter(({ status }) => !/Succeeded|Failed/.test(status.phase))
      const rules = rulesOf(policies, pods)
      if (rules !== loaded) load(`add table ip ${table}\ndelete table ip ${table}\ntable ip ${table} {\n${rules}\n}\n`)
      loaded = rules
      await sleep(200, undefined, { signal: abort.signal }).catch(() => {})
    }
  })()
  done.catch(() => {}) // told where it is awaited
  return {
    async [Symbol.asyncDispose]() {
      abort.abort()
      await done.finally(() => load(`add table ip ${table}\ndelete table ip ${table}\n`))
    },
  }
}

function load(rules: string): void {
  const [command = '', ...args] = (means ?? '').split(' ')
  const { status, stderr } = spawnSync(command, args, { input: rules, encoding: 'utf8', timeout: 10_000 })
  if (status !== 0) throw new Error(`${means}: exit ${status}\n${stderr}\n${rules}`)
}

/** Packets that begin something must be let out by those of who sends, and in by those of who gets them. */
function rulesOf(policies: readonly NetworkPolicy[], pods: readonly Pod[]): string {
  const out = pods.flatMap((pod) => rulesOfPod(pod, 'Egress', policies, pods))
  const into = pods.flatMap((pod) => rulesOfPod(pod, 'Ingress', policies, pods))
  const chain = (name: string, hook: string, priority: number, rules: readonly string[]) =>
    `chain ${name} {\ntype filter hook ${hook} priority ${priority}; policy accept;\nct state established,related accept\n${rules.join('\n')}\n}`
  // what is for the node itself, as its name server and API server here, is not passed on
  return [
    chain('out', 'forward', -20, out),
    chain('out_to_node', 'input', -20, out),
    chain('in', 'forward', -10, into),
  ].join('\n')
}

function rulesOfPod(
  { metadata, status }: Pod,
  type: 'Ingress' | 'Egress',
  policies: readonly NetworkPolicy[],
  pods: readonly Pod[],
): string[] {
  const own = policies.filter(
    ({ spec }) => spec.policyTypes.includes(type) && selects(spec.podSelector, metadata.labels),
  )
  if (!status.podIP || own.length === 0) return []
  const [pod, peer] = type === 'Egress' ? ['saddr', 'daddr'] : ['daddr', 'saddr']
  const allowed = own.flatMap(({ spec }) => (type === 'Egress' ? spec.egress : spec.ingress) ?? [])
  const rules = allowed.flatMap((rule) => {
    const peers = type === 'Egress' ? rule.to : rule.from
    const addresses =
      peers && pods.filter((each) => peers.some((one) => selects(one.podSelector, each.metadata.labels)))
    const known = addresses?.flatMap((each) => each.status.podIP ?? [])
    if (known?.length === 0) return []
    const where = known ? `ip ${peer} { ${known.join(', ')} } ` : ''
    const ports = rule.ports?.map(({ port, protocol = 'TCP' }) => `${protocol.toLowerCase()} dport ${port} `) ?? ['']
    return ports.map((port) => `ip ${pod} ${status.podIP} ${where}${port}accept`)
  })
  return [...rules, `ip ${pod} ${status.podIP} drop`]
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string>): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  )
}
