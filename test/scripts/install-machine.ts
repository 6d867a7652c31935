import { Fakes } from './fakes.ts'

const rendered = "printf '# Source: katydid/templates/workers.yaml\\n  activeDeadlineSeconds: 190\\n'"

export interface Machine {
  /** Exit code of the verdict's container; nothing where there is no such pod. */
  verdict?: number
  /** How Helm goes about the upgrade, and ends. */
  helm?: string
  /** What Helm says of the revisions that there are; left out: that there is none. */
  history?: string
  /** Outcome in the result.json that the master serves. */
  result?: string
  /** Answers of kubectl that go before the others. */
  kubectl?: string
}

export const machine = ({ verdict, helm, history, result, kubectl = '' }: Machine) => ({
  helm: `case "$*" in
  history*) ${history ?? 'echo "Error: release: not found" >&2; exit 1'} ;;
  template*) ${rendered} ;;
  upgrade*) touch "$HOME/installed"; ${helm ?? `sleep 2; exit ${verdict === 0 ? 0 : 1}`} ;;
esac`,
  kubectl: `case "$*" in
  ${kubectl}
  *'config view'*) echo default ;;
  *version*) printf '{\\n "serverVersion": {\\n "gitVersion": "v1.34.4"\\n }\\n}\\n' ;;
  *'get pods'*component=verdict*) [ ! -e "$HOME/installed" ] || echo ${verdict === undefined ? '' : 'shop-verdict-a'} ;;
  *'get pods'*component=master*) [ ! -e "$HOME/installed" ] || echo shop-master-a ;;
  *'get pod shop-verdict-a'*) echo '${verdict}' ;;
  *'get pod shop-master-a'*) echo running ;;
  *'delete jobs'*) echo job.batch/shop-workers ;;
  *'get services'*) echo shop-master ;;
  *proxy/files*) echo '[]' ;;
  *proxy/result.json*) ${result ? `echo '{ "verdict": { "outcome": "${result}" } }'` : 'exit 1'} ;;
  *logs*) echo 'a line of the master'; sleep 0.2 ;;
esac`,
})
export const install = async (from: Machine, ...args: string[]) => {
  const fakes = new Fakes(machine(from), { KATYDID_LEAVE_WAIT: '1' })
  return { fakes, ...(await fakes.run('install', 'shop', ...args)) }
}
