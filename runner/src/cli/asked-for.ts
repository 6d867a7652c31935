import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import type { PlanFlags } from '../plan/options.ts'
import { readOnce } from '../plan/read-once.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { System } from '../system.ts'

export interface Asked {
  flags: PlanFlags
  values: readonly string[]
  system: Pick<System, 'env' | 'cwd'>
}

/**
 * A mark of what is asked to run: the plan that flags, environment and values files make, the load file and all that it imports. Two runs of one
 * token with different marks are not the same run. It is a hash, so that no secret of the plan can be read in it. The cluster key is a part of it: each
 * installation of the chart has its own, and an old volume may be all that two have in common.
 */
export async function askedFor(asked: Asked): Promise<string> {
  const plan = await planOf(asked)
  const cwd = asked.system.cwd()
  const what = plan ?? (await asWritten(asked))
  const file = plan?.file ?? asked.flags.file
  const code = file === undefined ? null : await codeOf(file, cwd)
  return createHash('sha256')
    .update(JSON.stringify([what, code, asked.system.env.KATYDID_CLUSTER_KEY || null]))
    .digest('hex')
}

/** Undefined where it has a mistake, which is told later. */
async function planOf({ flags, values, system }: Asked): Promise<RunPlan | undefined> {
  const { buildPlan } = await import('../plan/build-plan.ts')
  try {
    return buildPlan({ valuesFiles: values, env: system.env, flags })
  } catch {
    return undefined
  }
}

/** What no plan can be made of. */
async function asWritten({ flags, values, system: { env } }: Asked): Promise<unknown> {
  const { planOptions } = await import('../plan/options.ts')
  const variables = planOptions.flatMap((option) => option.env.map((name) => [name, env[name]]))
  return [flags, variables, values.map(valuesText)]
}

/** The texts of the load file and of all that it imports; of packages that are not bundled what they say of themselves. */
async function codeOf(file: string, cwd: string): Promise<unknown> {
  const { compile } = await import('../loadfile/compile.ts')
  try {
    const { inputs, externals, file: path } = await compile(file, { cwd })
    const sources = inputs.map(async (input) => [relative(dirname(path), input), await textOf(input)])
    const packages = Object.entries(externals).map(async ([name, folder]) => [name, await packageOf(name, folder)])
    return [(await Promise.all(sources)).sort(), (await Promise.all(packages)).sort()]
  } catch {
    return textOf(resolve(cwd, file))
  }
}

function valuesText(path: string): string | null {
  try {
    return readOnce(path).toString('utf8')
  } catch {
    return null
  }
}

function packageOf(name: string, folder: string): Promise<string | null> {
  try {
    return textOf(createRequire(join(folder, 'load.js')).resolve(`${name}/package.json`))
  } catch {
    return Promise.resolve(null)
  }
}

function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}
