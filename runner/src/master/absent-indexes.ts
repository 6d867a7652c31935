/**
 * Which pods of an Indexed Job are not among those who came, by the host names that their ids begin with (`shop-workers-3_…`):
 * `shop-workers-0, shop-workers-2`. Empty where ids are none of such, as nobody can say who is missing then.
 */
export function absentIndexes(ids: readonly string[], expected: number): string {
  const names = ids.map((id) => /^(.*)-(\d+)_/.exec(id))
  const [first] = names
  if (!first || names.some((name) => name?.[1] !== first[1])) return ''
  const came = new Set(names.map((name) => Number(name?.[2])))
  const absent = Array.from({ length: expected }, (_, index) => index).filter((index) => !came.has(index))
  return absent.map((index) => `${first[1]}-${index}`).join(', ')
}
