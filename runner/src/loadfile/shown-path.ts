import { isAbsolute, relative } from 'node:path'

/** A path as people write it: from where they are, unless that means climbing. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path)
  if (near === '') return '.'
  return near.startsWith('..') || isAbsolute(near) ? path : near
}
