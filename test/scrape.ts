import assert from 'node:assert/strict'

/** What was read at `/metrics`, by somebody who knows no more than the text format. */
export class Scrape {
  readonly text: string
  /** `counter`, `gauge`, `histogram`, by name. */
  readonly types = new Map<string, string>()
  readonly series: { name: string; labels: Record<string, string>; value: number }[] = []

  constructor(text: string) {
    this.text = text
    for (const line of text.split('\n')) {
      const type = /^# TYPE (\S+) (\S+)$/.exec(line)
      if (type) this.types.set(type[1]!, type[2]!)
      if (line === '' || line.startsWith('#')) continue
      const [, name, all = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/s.exec(line) ?? assert.fail(`not a series: ${line}`)
      const labels = [...all.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/gs)].map(([, label, text]) => [
        label,
        unescaped(text!),
      ])
      this.series.push({ name: name!, labels: Object.fromEntries(labels), value: Number(value) })
    }
  }

  static async of(web: string): Promise<Scrape> {
    const response = await fetch(`http://${web}/metrics`)
    assert.equal(response.status, 200)
    return new Scrape(await response.text())
  }

  /** The sum of a metric's series that have these labels; undefined where there is none. */
  sum(name: string, labels: Record<string, string> = {}): number | undefined {
    const found = this.series.filter(
      (series) =>
        series.name === name && Object.entries(labels).every(([label, text]) => series.labels[label] === text),
    )
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
  }

  /** The series that must only rise: counters, and every part of a histogram. */
  rising(): Map<string, number> {
    const isRising = (name: string) =>
      this.types.get(name) === 'counter' || this.types.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram'
    return new Map(
      this.series
        .filter(({ name }) => isRising(name))
        .map(({ name, labels, value }) => [JSON.stringify([name, labels]), value]),
    )
  }
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
}

/** Nothing that was there is gone or less. */
export function assertOnlyRisen(before: Scrape, after: Scrape): void {
  const now = after.rising()
  for (const [series, value] of before.rising())
    assert.ok((now.get(series) ?? -1) >= value, `${series} fell from ${value} to ${now.get(series)}`)
}
