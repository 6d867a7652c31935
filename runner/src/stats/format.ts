import type { LatencyFigure } from './latency-figures.ts'

/*
 * Figures for people: three significant digits, thousands apart, a unit. What cannot be said (nothing measured, a division by
 * nothing) is a dash, never NaN.
 */

export const dash = '–'

/** A whole number: `12,345`. */
export function formatCount(n: number): string {
  return Number.isFinite(n) ? withThousands(String(Math.round(n))) : dash
}

/** `1 request`, `12,345 requests`. */
export function formatItems(n: number, noun: string): string {
  return `${formatCount(n)} ${noun}${n === 1 ? '' : 's'}`
}

/** Three significant digits, but no digit of a whole number is lost: `0.0123`, `2.13`, `23.1`, `1,235`. */
export function formatNumber(x: number): string {
  if (!Number.isFinite(x)) return dash
  const size = Math.abs(x)
  if (size >= 1e15) return x.toExponential(2)
  if (size >= 99.95) return withThousands(String(Math.round(x)))
  return String(Number(x.toPrecision(3)))
}

/** A latency with the unit that suits it: `2.13 ms`, `1.23 s`, `3m 12s`. */
export function formatMs(ms: number): string {
  if (!Number.isFinite(ms)) return dash
  if (ms < 999.5) return `${formatNumber(ms)} ms`
  if (ms < 59_950) return `${formatNumber(ms / 1_000)} s`
  return formatSpan(ms)
}

/** A latency that may be more: `≥ 15.2 s`, as `format` writes the number itself. */
export function formatFigure({ ms, atLeast }: LatencyFigure, format: (ms: number) => string = formatNumber): string {
  return `${atLeast ? '≥ ' : ''}${format(ms)}`
}

/** A length of time: `512 ms`, `30 s`, `30.2 s`, `5m 3s`, `1h 30m`, `7d 2h`. */
export function formatSpan(ms: number): string {
  if (!Number.isFinite(ms)) return dash
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${Number((ms / 1_000).toFixed(1))} s`
  const seconds = Math.round(ms / 1_000)
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  const parts = [
    [days, 'd'],
    [hours, 'h'],
    [minutes, 'm'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ')
}

/** A moment of the run: `00:05`, `1:02:03`, `7d 00:00:00`. */
export function formatClock(ms: number): string {
  if (!Number.isFinite(ms)) return dash
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const two = (n: number) => String(n).padStart(2, '0')
  const minutesAndSeconds = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const hours = Math.floor(seconds / 3_600)
  if (hours === 0) return minutesAndSeconds
  if (hours < 24) return `${hours}:${minutesAndSeconds}`
  return `${Math.floor(hours / 24)}d ${two(hours % 24)}:${minutesAndSeconds}`
}

/** A share of 1: `0.0 %`, `12.3 %`. Some is never shown as none, and not all never as all. */
export function formatPercent(ratio: number): string {
  const percent = ratio * 100
  if (!Number.isFinite(percent)) return dash
  if (percent === 100) return '100 %'
  if (percent > 99.9 && percent < 100) return '99.9 %'
  if (percent !== 0 && Math.abs(percent) < 0.05) return `${Number(percent.toPrecision(1))} %`
  return `${percent.toFixed(1)} %`
}

/** `512 B`, `1.23 kB`, `45.6 MB`: powers of 1,000. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return dash
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = bytes
  let unit = 0
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1_000
    unit++
  }
  return `${unit === 0 ? Math.round(size) : formatNumber(size)} ${units[unit]}`
}

/** A part of a whole as a ratio; NaN, hence a dash, where there is no whole. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? Number.NaN : part / whole
}

function withThousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',')
}
