/** Every kind that the chart or a test makes in some mode, by where the API has it. */
const kinds = {
  'api/v1': [
    'pods',
    'services',
    'secrets',
    'configmaps',
    'serviceaccounts',
    'persistentvolumeclaims',
    'resourcequotas',
  ],
  'apis/apps/v1': ['deployments'],
  'apis/batch/v1': ['jobs', 'cronjobs'],
  'apis/rbac.authorization.k8s.io/v1': ['roles', 'rolebindings'],
  'apis/networking.k8s.io/v1': ['networkpolicies'],
  'apis/policy/v1': ['poddisruptionbudgets'],
} as const
export type Kind = (typeof kinds)[keyof typeof kinds][number]
const groupOf = new Map(Object.entries(kinds).flatMap(([group, names]) => names.map((name) => [name as Kind, group])))

/** All kinds there are. */
export const allKinds: readonly Kind[] = [...groupOf.keys()]

/** Where the API has those of a namespace. */
export function pathOf(kind: Kind, namespace: string): string {
  return `/${groupOf.get(kind)}/namespaces/${namespace}/${kind}`
}
