import { KatydidError } from '../errors.ts'
import type { LoadFile } from '../loadfile/load-file.ts'
import { shownPath } from '../loadfile/shown-path.ts'
import type { ArrivalCutter } from '../master/dispatcher.ts'
import { type LoadSource, profileSource } from '../master/load-source.ts'
import { Master, type MasterOptions } from '../master/master.ts'
import { ShapeSource } from '../master/shape-source.ts'
import { userHooks } from '../master/user-hooks.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { suggest } from '../plan/suggest.ts'
import { arrivalsTargets } from '../profile/arrival-integral.ts'
import { createProfile } from '../profile/profiles.ts'
import { memoryLink } from '../transport/memory.ts'
import type { ToMaster, ToWorker } from '../transport/messages.ts'
import { version } from '../version.ts'
import { Worker, type WorkerOptions } from '../worker/worker.ts'
import type { Prepared } from './prepare.ts'

/** A run in this process: a master and one worker over a link in memory. */
export function localRun(
  prepared: Prepared,
  options: Pick<MasterOptions, 'criteria' | 'audience' | 'log'>,
  trace?: WorkerOptions['trace'],
): Master {
  const { plan, loadFile, classes } = prepared
  const [toWorker, toMaster] = memoryLink<ToWorker, ToMaster>()
  const worker = new Worker({
    plan,
    link: toMaster,
    classes,
    params: loadFile.params,
    role: 'local',
    version: version(),
    trace,
  })
  const master = new Master({
    ...options,
    ...loadOf(plan, loadFile),
    plan,
    hooks: userHooks(loadFile, worker.environment),
  })
  master.join('local', toWorker)
  worker.join()
  return master
}

/** What the master asks for how much load there is to be. */
function loadOf(
  plan: RunPlan,
  loadFile: LoadFile,
): { source: LoadSource; durationMs: number | undefined; arrivals?: { cut: ArrivalCutter; maxUsers: number } } {
  if (plan.profile.kind === 'shape') {
    const { runTime } = plan.profile
    return { source: new ShapeSource(new (shapeClass(plan.profile.class, loadFile))(), runTime), durationMs: runTime }
  }
  const profile = createProfile(plan.profile)
  const load = { source: profileSource(profile), durationMs: profile.durationMs }
  if (plan.profile.kind !== 'arrivals') return load
  const cut: ArrivalCutter = (fromMs, untilMs) => arrivalsTargets(profile, fromMs, untilMs)
  return { ...load, arrivals: { cut, maxUsers: plan.profile.maxUsers } }
}

function shapeClass(name: string | undefined, { shapes, bundle }: LoadFile) {
  const names = [...shapes.keys()]
  const found = name === undefined ? (shapes.size === 1 ? [...shapes.values()][0] : undefined) : shapes.get(name)
  if (found) return found
  const problem =
    name === undefined
      ? shapes.size === 0
        ? 'no LoadShape class'
        : 'several LoadShape classes'
      : `no LoadShape class ${name}`
  const meant = name === undefined ? undefined : suggest(name, names)
  const has =
    names.length > 0 ? `it has ${names.join(', ')}: name one as profile.class` : 'export a class that extends LoadShape'
  throw new KatydidError('LOAD_FILE', `${shownPath(bundle.file)} has ${problem}`, {
    hint: meant ? `did you mean ${meant}? ${has}` : has,
  })
}
