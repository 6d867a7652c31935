import { KatydidError } from '../errors.ts'
import type { LoadFile } from '../loadfile/load-file.ts'
import { shownPath } from '../loadfile/shown-path.ts'
import type { ArrivalCutter } from '../master/load/arrival-orders.ts'
import { profileSource } from '../master/load/load-source.ts'
import { ShapeSource } from '../master/load/shape-source.ts'
import type { MasterOptions } from '../master/master-options.ts'
import type { RunPlan, ShapePlan } from '../plan/run-plan.ts'
import { suggest } from '../plan/suggest.ts'
import { arrivalsTargets } from '../profile/arrivals-target.ts'
import { createProfile } from '../profile/profiles.ts'
import { instanceMistakes } from '../tasks/class-mistakes.ts'
import { constructShape, type LoadShape } from '../tasks/load-shape.ts'

/** What a master asks for how much load there is to be. */
export function loadOf(plan: RunPlan, loadFile: LoadFile): Pick<MasterOptions, 'source' | 'durationMs' | 'arrivals'> {
  if (plan.profile.kind === 'shape') {
    const { runTime } = plan.profile
    return { source: new ShapeSource(shapeOf(plan.profile, loadFile), runTime), durationMs: runTime }
  }
  const profile = createProfile(plan.profile)
  const spawnRate = 'spawnRate' in plan.profile ? plan.profile.spawnRate : undefined
  const load = { source: profileSource(profile, spawnRate), durationMs: profile.durationMs }
  if (plan.profile.kind !== 'arrivals') return load
  const cut: ArrivalCutter = (fromMs, untilMs) => arrivalsTargets(profile, fromMs, untilMs)
  return { ...load, arrivals: { cut, maxUsers: plan.profile.maxUsers } }
}

function shapeOf({ class: name, users, spawnRate }: ShapePlan, loadFile: LoadFile): LoadShape {
  const shape = constructShape(shapeClass(name, loadFile), { users, spawnRate, params: loadFile.params })
  const mistakes = instanceMistakes('shape', shape)
  const given = { users, spawnRate }
  for (const field of ['users', 'spawnRate'] as const)
    if (given[field] !== undefined && shape[field] !== given[field])
      mistakes.push(
        `${shape.constructor.name} declares its own field ${field}, which hides the one from LoadShape: remove it`,
      )
  const [first, ...others] = mistakes
  if (first === undefined) return shape
  throw new KatydidError('LOAD_FILE', `${shownPath(loadFile.bundle.file)}: ${first}`, {
    ...(others.length > 0 ? { hint: others.join('\n') } : {}),
  })
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
    names.length > 0 ? `set profile.class to one of ${names.join(', ')}` : 'export a class that extends LoadShape'
  throw new KatydidError('LOAD_FILE', `${shownPath(bundle.file)} has ${problem}`, {
    hint: meant ? `did you mean ${meant}? ${has}` : has,
  })
}
