import { KatydidError } from '../errors.ts'
import { parseDuration } from '../plan/duration.ts'
import { suggest } from '../plan/suggest.ts'

/** What a threshold compares: a latency, a rate, a ratio, a count, or a metric of the user's. */
type Measure =
  | { kind: 'latency'; of: 'percentile'; quantile: number }
  | { kind: 'latency'; of: 'mean' | 'min' | 'max' }
  | { kind: 'rate'; of: 'rps' | 'failures_per_second' }
  | { kind: 'ratio'; of: 'fail_ratio' }
  | { kind: 'count'; of: 'requests' | 'failures' | 'aborted' | 'exceptions' }
  | { kind: 'dropped'; of: 'dropped' }
  | { kind: 'unanswered'; of: 'unanswered' }
  | { kind: 'metric'; of: 'metric' }

type Operator = '<' | '<=' | '>' | '>=' | '='
type Selector = 'ok' | 'failed' | 'scheduled'

/** A threshold, understood. `limit` is in ms, per second, 0..1 or plain, as the measure has it. */
export interface Threshold {
  /** As the user wrote it, on one line. */
  text: string
  /** `GET /products`, `/products`, or the name of a metric; undefined: all requests. */
  name: string | undefined
  measure: Measure
  selector: Selector | undefined
  operator: Operator
  limit: number
  limitIsRatio: boolean
  /** As it was written after the number: `ms`, `/s`, `%`; empty where there was none. */
  unit: string
}

const named: Record<string, Measure> = {
  mean: { kind: 'latency', of: 'mean' },
  avg: { kind: 'latency', of: 'mean' },
  min: { kind: 'latency', of: 'min' },
  max: { kind: 'latency', of: 'max' },
  median: { kind: 'latency', of: 'percentile', quantile: 0.5 },
  rps: { kind: 'rate', of: 'rps' },
  failures_per_second: { kind: 'rate', of: 'failures_per_second' },
  fail_ratio: { kind: 'ratio', of: 'fail_ratio' },
  requests: { kind: 'count', of: 'requests' },
  failures: { kind: 'count', of: 'failures' },
  aborted: { kind: 'count', of: 'aborted' },
  exceptions: { kind: 'count', of: 'exceptions' },
  dropped: { kind: 'dropped', of: 'dropped' },
  unanswered: { kind: 'unanswered', of: 'unanswered' },
}
const measures = ['p50 … p99.9', ...Object.keys(named)].join(', ')

/**
 * `[NAME: ]MEASURE[{ok|failed|scheduled}] OPERATOR LIMIT`: `p95 < 300ms`, `GET /products: p99{ok} < 1s`, `fail_ratio < 1%`,
 * `rps > 100/s`. Metrics of the user's go by their name (`checks > 99%`), trends as `cart_size: p95 < 30`; quote a name that looks like
 * something else. Throws a KatydidError that says what is wrong.
 */
export function parseThreshold(text: string): Threshold {
  const parts = /^(.*[^\s<>=!])\s*(<=|>=|==|[<>=])\s*([^\s<>=!]+)\s*$/s.exec(text.trim())
  const spaced = /[<>=]\s*(\d[\d.]*\s+(?:[um]?s|m|h|%|\/[smh]))\s*$/.exec(text)?.[1]
  if (!parts && spaced)
    throw bad(text, `the limit ${JSON.stringify(spaced)} has a space in it`, spaced.replace(/\s+/, ''))
  if (!parts)
    throw bad(
      text,
      'it must have the form MEASURE OPERATOR LIMIT',
      'p95 < 300ms, GET /cart: p99{ok} < 1s, fail_ratio < 1%',
    )
  const [, left, operator, limitText] = parts as unknown as [string, string, Operator | '==', string]
  const { name, measure, selector } = parseSubject(text, left.trim())
  const parsed = parseLimit(text, measure, name, limitText)
  return {
    text: text.trim().replace(/\s*[\n\v\f\r\u0085\u2028\u2029]+\s*/g, ' '),
    name,
    measure,
    selector,
    operator: operator === '==' ? '=' : operator,
    ...parsed,
  }
}

function parseSubject(text: string, left: string): Pick<Threshold, 'name' | 'measure' | 'selector'> {
  const quoted = /^"((?:(?!": ).)+)"$/s.exec(left)?.[1]
  if (quoted) return { name: quoted, measure: { kind: 'metric', of: 'metric' }, selector: undefined }
  const at = left.lastIndexOf(': ')
  const name = at === -1 ? undefined : unquote(left.slice(0, at).trim())
  if (name === '' || name === '""') throw bad(text, 'the name before the colon is missing', 'GET /cart: p99 < 1s')
  const word = at === -1 ? left : left.slice(at + 2).trim()
  const [, measureText = word, selectorText] = /^([^{}]*)\{([^{}]*)\}$/.exec(word) ?? []
  const measure = measureOf(text, measureText.trim())
  if (selectorText !== undefined) {
    const selector = selectorText.trim()
    if (selector !== 'ok' && selector !== 'failed' && selector !== 'scheduled')
      throw bad(text, `unknown selector {${selectorText}}`, '{ok}, {failed} or {scheduled}')
    if (measure?.kind !== 'latency')
      throw bad(text, `{${selector}} works only with a latency`, 'p50 … p99.9, mean, min or max')
    return { name, measure, selector }
  }
  if (measure) {
    if (name !== undefined && (measure.of === 'exceptions' || measure.kind === 'dropped'))
      throw bad(text, `${measure.of} is for the whole run, not for ${name}`, `${measure.of} without a name`)
    return { name, measure, selector: undefined }
  }
  const meant = suggest(word, Object.keys(named))
  if (name !== undefined || meant || /^p\d/i.test(word) || !/^[\w.\- ]+$/.test(word))
    throw bad(
      text,
      `unknown measure ${JSON.stringify(word)}${meant ? `: did you mean ${meant}?` : ''}`,
      `${measures}, or "your own metric" in quotes`,
    )
  return { name: word, measure: { kind: 'metric', of: 'metric' }, selector: undefined }
}

function measureOf(text: string, word: string): Measure | undefined {
  const percent = /^p(\d{1,2}(?:\.\d{1,4})?|100)$/.exec(word)?.[1]
  if (percent === undefined) return Object.hasOwn(named, word) ? named[word] : undefined
  const quantile = Number(percent) / 100
  if (quantile === 0) throw bad(text, 'p0 is not a percentile', 'min, or p50 … p99.9')
  return { kind: 'latency', of: 'percentile', quantile }
}

function parseLimit(
  text: string,
  measure: Measure,
  name: string | undefined,
  limit: string,
): Pick<Threshold, 'limit' | 'limitIsRatio' | 'unit'> {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?|\.\d+)(.*)$/s.exec(limit) ?? []
  const number = Number(digits)
  const wrong = (allowed: string) => bad(text, `bad limit ${JSON.stringify(limit)}`, allowed)
  const plain = (value = number) => ({ limit: value, limitIsRatio: false, unit })
  const share = (value: number) => ({ limit: value, limitIsRatio: true, unit })
  if (digits === undefined || !Number.isFinite(number)) throw wrong('a number with its unit')
  switch (measure.kind) {
    case 'latency':
      if (unit === '') return plain() // ms, or what a trend of that name is in
      if (microseconds.includes(unit)) return plain(number / 1_000)
      try {
        return plain(parseDuration(limit))
      } catch {
        throw wrong('a time: 500us, 300ms, 1.5s, 2m')
      }
    case 'rate':
      if (unit === '' || unit === '/s') return plain()
      if (unit === '/m') return plain(number / 60)
      throw wrong('a rate: 100/s, 600/m')
    case 'ratio':
      if (unit === '%' && number <= 100) return share(number / 100)
      // a bare 1 may be meant as 1 % and would be all of them
      if (unit === '' && number < 1) return share(number)
      throw wrong('0% … 100%, or a number from 0 to less than 1 (write 1 as 1% or 100%)')
    case 'count':
      if (unit === '' && Number.isInteger(number)) return plain()
      throw wrong('a whole number')
    case 'dropped':
      if (unit === '%' && number <= 100) return share(number / 100)
      if (unit === '' && Number.isInteger(number)) return plain()
      throw wrong('0% … 100% of what was offered, or a whole number of arrivals')
    case 'unanswered':
      if (unit === '%' && number <= 100) return share(number / 100)
      if (unit === '' && Number.isInteger(number)) return plain()
      throw wrong('0% … 100% of requests or users, or a whole number of requests')
    case 'metric':
      if (unit === '%') return share(number / 100)
      if (unit === '') return plain()
      throw bad(
        text,
        `unknown measure ${JSON.stringify(name ?? measure.of)} for a limit in ${JSON.stringify(unit)}`,
        `${measures}; the limit of your own metric is a number or a %`,
      )
  }
}

/** With the sign for micro, and with the Greek letter that looks like it. */
const microseconds = ['us', '\u00b5s', '\u03bcs']

function unquote(name: string): string {
  return /^"(.+)"$/s.exec(name)?.[1] ?? name
}

function bad(text: string, problem: string, allowed: string): KatydidError {
  return new KatydidError('PLAN', `bad threshold ${JSON.stringify(text)}: ${problem}`, { hint: `use ${allowed}` })
}
