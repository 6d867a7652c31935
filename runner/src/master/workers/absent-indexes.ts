/**
 * Which pods of an Indexed Job are not among those who came, by the host names that their ids begin with (`shop-workers-3_…`):
 * `shop-workers-0, shop-workers-2 to shop-workers-9`, and of pods with several workers also those that are not complete:
 * `shop-workers-1 (1 of 2 came)`. Where none came, whose name nobody knows, by their indexes alone: `0-9`. Empty where ids are none of such, as
 * nobody can say who is missing then.
 */
export function absentIndexes(ids: readonly string[], expected: number, perPod = 1): string {
  const pods = Math.ceil(expected / perPod)
  if (ids.length === 0) return pods === 1 ? '0' : `0-${pods - 1}`
  const names = ids.map((id) => /^(.*)-(\d+)_/.exec(id))
  const [first] = names
  if (!first || names.some((name) => name?.[1] !== first[1])) return ''
  const came = Array.from({ length: pods }, () => 0)
  for (const name of names) {
    const index = Number(name?.[2])
    if (index < pods) came[index]! += 1
  }
  const pod = (index: number) => `${first[1]}-${index}`
  return stretches(came)
    .filter(({ count }) => count < perPod)
    .flatMap(({ from, to, count }) => {
      if (count > 0)
        return Array.from({ length: to - from + 1 }, (_, i) => `${pod(from + i)} (${count} of ${perPod} came)`)
      return from === to ? pod(from) : `${pod(from)} to ${pod(to)}`
    })
    .join(', ')
}

/** Neighbours of which as many came. */
function stretches(came: readonly number[]): { from: number; to: number; count: number }[] {
  const found: { from: number; to: number; count: number }[] = []
  for (const [index, count] of came.entries()) {
    const last = found.at(-1)
    if (last?.count === count) last.to = index
    else found.push({ from: index, to: index, count })
  }
  return found
}
