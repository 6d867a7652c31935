const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * A date as Set-Cookie has it, by the algorithm of RFC 6265 §5.1.1: any order, any separators, two or four digits of a year, always UTC.
 * Epoch ms; undefined for what is no date.
 */
export function parseCookieDate(text: string): number | undefined {
  let time: number[] | undefined
  let day: number | undefined
  let month = -1
  let year: number | undefined
  // the delimiters of the RFC: tab, and visible ASCII but for letters, digits and the colon
  for (const part of text.split(/[\t -/;-@[-`{-~]+/)) {
    const found = time ? null : /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/.exec(part)
    if (found) time = found.slice(1).map(Number)
    else if (day === undefined && /^\d{1,2}(?!\d)/.test(part)) day = Number.parseInt(part, 10)
    else if (month === -1 && months.includes(part.slice(0, 3).toLowerCase()))
      month = months.indexOf(part.slice(0, 3).toLowerCase())
    else if (year === undefined && /^\d{2,4}(?!\d)/.test(part)) year = fullYear(Number.parseInt(part, 10))
  }
  if (time === undefined || day === undefined || month === -1 || year === undefined || year < 1601) return undefined
  const [hour = 0, minute = 0, second = 0] = time
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const at = new Date(Date.UTC(year, month, day, hour, minute, second))
  return at.getUTCDate() === day && at.getUTCMonth() === month ? at.getTime() : undefined
}

function fullYear(year: number): number {
  return year >= 100 ? year : year >= 70 ? 1900 + year : 2000 + year
}
