import { metricKinds } from '../environment/metrics.ts'
import { KatydidError } from '../errors.ts'
import { setRowSource } from '../feeds/declared-feeds.ts'
import type { FeedSpec, RowSource } from '../feeds/row-source.ts'
import type { LoadFile } from '../loadfile/load-file.ts'
import { buildPlan } from '../plan/build-plan.ts'
import { unreadVariables } from '../plan/environment-names.ts'
import type { PlanFlags } from '../plan/options.ts'
import { idleShapes, type ShapeInfo } from '../plan/own-shapes.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { suggest } from '../plan/suggest.ts'
import { valuesNotes } from '../plan/values-file.ts'
import { createProfile } from '../profile/profiles.ts'
import { httpHost } from '../protocols/http-host.ts'
import { readProxy } from '../protocols/proxy.ts'
import { hidePlanned } from '../protocols/url-credentials.ts'
import type { System } from '../system.ts'
import { HttpUser } from '../tasks/http-user.ts'
import { unknownTags } from '../tasks/known-tags.ts'
import type { UserClass } from '../tasks/user.ts'
import { checkUnits } from '../verdict/metric-units.ts'
import { parseThreshold } from '../verdict/threshold-grammar.ts'

/** Everything a run needs that can be wrong before it starts. */
export interface Prepared {
  plan: RunPlan
  loadFile: LoadFile
  /** The user classes that will run. */
  classes: ReadonlyMap<string, UserClass>
  /** What is not quite as it was asked for: to be logged. */
  warnings: readonly string[]
}

export interface PrepareOptions {
  system: System
  values: readonly string[]
  flags: PlanFlags
  typecheck?: boolean | undefined
  /** Where rows of feeds come from; left out: from files of this machine, read ahead. */
  rows?: ((spec: FeedSpec) => RowSource) | undefined
}

/** The plan alone: nothing is compiled or loaded. */
export function preparePlan({ system, values, flags }: PrepareOptions, shapes?: readonly ShapeInfo[]): RunPlan {
  const plan = buildPlan({
    shapes,
    valuesFiles: values,
    env: system.env,
    flags,
    checkThreshold: (that) => void parseThreshold(that),
    durationMsOf: (profile) => createProfile(profile).durationMs,
  })
  // hosts of other protocols are for those who speak them
  if (plan.host !== undefined && /^https?:/i.test(plan.host)) httpHost(plan.host)
  readProxy(plan.http)
  return plan
}

/** Plan and load file, checked against each other, so that a mistake is told before anything is sent. */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const prepared = await prepareClasses(options)
  checkHosts(prepared.plan, prepared.classes)
  return prepared
}

/** As `prepare`, of a load file that need not know yet whom it will load. */
export async function prepareClasses(options: PrepareOptions): Promise<Prepared> {
  const first = preparePlan(options)
  hidePlanned(first.host, first.http.proxy)
  const { compile } = await import('../loadfile/compile.ts')
  const { load } = await import('../loadfile/load.ts')
  const { checkParameters, setParameterOverrides } = await import('../loadfile/parameters.ts')
  if (options.typecheck) await (await import('../loadfile/typecheck.ts')).typecheck(first.file)
  setParameterOverrides(first.params, options.system.env)
  setRowSource(options.rows)
  const loadFile = await load(await compile(first.file), first.setupTimeout)
  checkParameters(loadFile)
  const shapes = [...loadFile.shapes].map(([name, { useCommonOptions = false }]) => ({
    name,
    usesCommonOptions: useCommonOptions,
  }))
  const plan = preparePlan(options, shapes)
  checkUnits(
    plan.thresholds.map(({ that }) => that),
    metricKinds(),
  )
  const classes = chooseClasses(plan, loadFile)
  const warnings = [
    ...options.values.flatMap(valuesNotes),
    ...loadFile.bundle.warnings,
    idleShapes(plan.profile.kind, shapes),
    unreadVariables(options.system.env),
    ...unknownTags(plan, classes.values()),
  ].filter((warning) => warning !== undefined)
  return { plan, loadFile, classes, warnings }
}

/** A worker's own load file: compiled now, loaded when its master asks for users. */
export async function prepareOwn(
  plan: RunPlan,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ plan: RunPlan; hash: string; load(plan: RunPlan): Promise<LoadFile> }> {
  const { compile } = await import('../loadfile/compile.ts')
  const { load } = await import('../loadfile/load.ts')
  const { checkParameters, setParameterOverrides } = await import('../loadfile/parameters.ts')
  const bundle = await compile(plan.file)
  return {
    plan,
    hash: bundle.hash,
    load: async ({ params, setupTimeout }) => {
      setParameterOverrides(params, env)
      const loadFile = await load(bundle, setupTimeout)
      checkParameters(loadFile)
      return loadFile
    },
  }
}

function chooseClasses(plan: RunPlan, loadFile: LoadFile): ReadonlyMap<string, UserClass> {
  const { userClasses } = plan
  if (userClasses.length === 0) return loadFile.userClasses
  const names = [...loadFile.userClasses.keys()]
  return new Map(
    userClasses.map((name) => {
      const userClass = loadFile.userClasses.get(name)
      if (userClass) return [name, userClass]
      if (loadFile.switchedOff.includes(name))
        throw new KatydidError('USAGE', `The user class ${name} has static weight = 0, which switches it off`, {
          hint: `set another weight or a fixedCount, or use one of ${names.join(', ')}`,
        })
      const meant = suggest(name, names)
      throw new KatydidError('USAGE', `${plan.file} has no user class ${name}`, {
        hint: `${meant ? `did you mean ${meant}? ` : ''}use one of ${names.join(', ')}`,
      })
    }),
  )
}

/** A class may be without: its URLs may all be absolute, and it is told at its first request if not. */
function checkHosts(plan: RunPlan, classes: ReadonlyMap<string, UserClass>): void {
  for (const userClass of classes.values()) {
    const host = userClass.prototype instanceof HttpUser ? (plan.host ?? userClass.host) : undefined
    if (host) httpHost(host)
  }
}
