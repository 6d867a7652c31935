/** `%Y%m%dT%H:%M:%S.%f`, as Locust writes a datetime. Ours are UTC; Locust's have no zone. Undefined for years that Python does not support. */
export function pythonTime(date: Date): string | undefined {
  const year = date.getUTCFullYear()
  if (!(year >= 1 && year <= 9_999)) return undefined
  const [day = '', time = ''] = date.toISOString().split('T')
  return `${day.replaceAll('-', '')}T${time.slice(0, -1)}000`
}

/** Reads the same form, to the millisecond. Undefined if it is not one. */
export function dateOf(text: string): Date | undefined {
  const [, year, month, day, time] = /^(\d{4})(\d\d)(\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,6})?)$/.exec(text) ?? []
  const date = new Date(`${year}-${month}-${day}T${time}Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}
