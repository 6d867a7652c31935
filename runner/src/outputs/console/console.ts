import type { RunFinish, RunStart } from '../../facts/run.ts'
import type { RunEvent } from '../../facts/run-event.ts'
import type { Redact } from '../../redact.ts'
import { writeClean } from '../../secrets/redactions.ts'
import type { RunInterval } from '../../stats/snapshot.ts'
import type { Output } from '../output.ts'
import { LiveConsole, type Ticker } from './console-live.ts'
import { PlainConsole } from './console-plain.ts'
import { summary } from './summary.ts'
import type { OutputStreams } from './text-stream.ts'
import { createStyle, type Style } from './text-style.ts'

/** stdout: the run while it goes on, in place on a terminal and as lines elsewhere, and its summary at the end. */
export class ConsoleOutput implements Output {
  readonly name = 'console'
  readonly after = 'all'
  readonly #streams: OutputStreams
  readonly #redact: Redact
  readonly #style: Style
  readonly #progress: LiveConsole | PlainConsole

  constructor(streams: OutputStreams, redact: Redact, ticker?: Ticker) {
    const { stdout, env = {} } = streams
    this.#streams = streams
    this.#redact = redact
    const live = Boolean(stdout.isTTY) && env.TERM !== 'dumb'
    this.#style = createStyle(live && Boolean(stdout.hasColors?.(env)))
    this.#progress = live
      ? new LiveConsole(streams, redact, { style: this.#style, unicode: isUnicode(env) }, ticker)
      : new PlainConsole((line) => this.#print([line]), redact)
  }

  start(run: RunStart): void {
    this.#progress.start(run)
  }

  interval(interval: RunInterval): void {
    this.#progress.interval(interval)
  }

  event(event: RunEvent): void {
    this.#progress.event(event)
  }

  finish(run: RunFinish): void {
    this.#progress.close()
    const { isTTY, columns } = this.#streams.stdout
    this.#print([
      '',
      ...summary(run, { style: this.#style, width: (isTTY && columns) || undefined, redact: this.#redact }),
    ])
  }

  #print(lines: readonly string[]): void {
    writeClean(this.#streams.stdout, lines.map((line) => `${line}\n`).join(''))
  }
}

function isUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || 'utf8')
}
