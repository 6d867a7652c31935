/** A LoadShape class of a load file, as far as a plan must know it. */
export interface ShapeInfo {
  name: string
  /** It reads the number of users and the spawn rate that it was given; any other decides by itself. */
  usesCommonOptions: boolean
}

/** The classes that a profile of kind shape may mean. */
function meantShapes(shapes: readonly ShapeInfo[], name: unknown): readonly ShapeInfo[] {
  return name === undefined ? shapes : shapes.filter((shape) => shape.name === name)
}

/** Whether users and a spawn rate reach whoever decides. */
export function readsUsers(shapes: readonly ShapeInfo[], name: unknown): boolean {
  const meant = meantShapes(shapes, name)
  return meant.length > 0 && meant.every(({ usesCommonOptions }) => usesCommonOptions)
}

/** `the LoadShape Steps`, or all that may be meant. */
export function shapesText(shapes: readonly ShapeInfo[], name?: unknown): string {
  const names = meantShapes(shapes, name).map((shape) => shape.name)
  return `the LoadShape${names.length > 1 ? ' classes' : ''} ${names.join(', ')}`
}

/** The warning for a load file whose shapes do not run, because a values file sets another profile. */
export function idleShapes(kind: string, shapes: readonly ShapeInfo[]): string | undefined {
  if (kind === 'shape' || shapes.length === 0) return undefined
  return `${shapesText(shapes)} of the load file ${shapes.length > 1 ? 'do' : 'does'} not run: a values file sets a profile of kind ${kind}`
}
