import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { PlanFlags } from '../plan/options.ts'

/**
 * A mark of what a command line asks to run: its flags, and what is in the values files and the load file that it names. Two runs of one token
 * with different marks are not the same run.
 */
export async function askedFor(plan: PlanFlags, values: readonly string[], cwd: string): Promise<string> {
  const named = plan.file === undefined ? values : [...values, plan.file]
  const texts = await Promise.all(named.map((path) => readFile(resolve(cwd, path), 'utf8').catch(() => null)))
  return createHash('sha256')
    .update(JSON.stringify([plan, texts]))
    .digest('hex')
}
