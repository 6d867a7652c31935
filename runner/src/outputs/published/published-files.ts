import { existsSync } from 'node:fs'
import { describeProfile } from '../../profile/describe.ts'
import { pageOf } from '../html/page.ts'
import { jsonText } from '../json/json-text.ts'
import { junitText } from '../junit/junit.ts'
import { prepareFile, writeWhole } from '../output-files.ts'
import type { Published } from './published.ts'

export interface PublishedFilesOptions {
  json?: string | undefined
  junit?: string | undefined
  html?: string | undefined
  cwd: string
  /** Only those that are not there: the process that ended the run has written the others. */
  missingOnly: boolean
  onFailed(error: unknown): void
}

/**
 * Writes the result files of a run whose outputs could not: as it is served over HTTP. Its master was started again, or broke before it had
 * outputs. What the CSV files have is what was measured until then; they tell no verdict.
 */
export async function writePublished(published: Published, options: PublishedFilesOptions): Promise<void> {
  const { cwd, missingOnly, onFailed } = options
  const texts = {
    json: () => jsonText(published.result),
    junit: () => junitOf(published),
    html: () => htmlOf(published),
  }
  for (const [kind, text] of Object.entries(texts) as [keyof typeof texts, () => string][]) {
    const path = options[kind]
    if (path === undefined) continue
    try {
      const file = prepareFile(path, `--${kind}`, cwd)
      if (!missingOnly || !existsSync(file.path)) await writeWhole(file, text())
    } catch (error) {
      onFailed(error)
    }
  }
}

function junitOf(published: Published): string {
  const { plan, startedAt, durationMs, verdict } = published.result
  const run = { verdict, startedAt: Date.parse(startedAt), durationMs }
  return junitText(run, published.line, plan, (text) => text)
}

function htmlOf(published: Published): string {
  const { result } = published
  const profile = result.plan ? describeProfile(result.plan.profile) : undefined
  return pageOf({ result, headline: published.line, profile, stretches: [] })
}
