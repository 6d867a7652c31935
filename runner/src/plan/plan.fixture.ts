import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KatydidError } from '../errors.ts'
import { createProfile } from '../profile/profiles.ts'
import { buildPlan, type PlanSources } from './build-plan.ts'
import type { ProfilePlan, RunPlan } from './run-plan.ts'

export interface Given extends Partial<Omit<PlanSources, 'valuesFiles'>> {
  /** Texts of values files; they are named a.yaml, b.yaml … */
  files?: readonly string[]
}

/** Builds a plan from texts of values files, as `buildPlan` does from files. For tests. */
export function planOf({ files = [], env = {}, flags = {}, ...rest }: Given): RunPlan {
  const folder = mkdtempSync(join(tmpdir(), 'plan-'))
  try {
    const valuesFiles = files.map((text, index) => {
      const path = join(folder, `${String.fromCharCode(97 + index)}.yaml`)
      writeFileSync(path, text)
      return path
    })
    return buildPlan({ valuesFiles, env, flags, durationMsOf, ...rest })
  } catch (error) {
    throw error instanceof KatydidError ? withoutFolder(error, folder) : error
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const durationMsOf = (profile: ProfilePlan) => createProfile(profile).durationMs

/** The mistakes that such a plan has, a line each. */
export function mistakesIn(given: Given): string[] {
  try {
    planOf(given)
    return []
  } catch (error) {
    if (!(error instanceof KatydidError)) throw error
    return error.hint ? error.hint.split('\n') : [error.message]
  }
}

function withoutFolder(error: KatydidError, folder: string): KatydidError {
  const shorten = (text: string) => text.replaceAll(`${folder}/`, '')
  const hint = error.hint === undefined ? {} : { hint: shorten(error.hint) }
  return new KatydidError(error.code, shorten(error.message), hint)
}
