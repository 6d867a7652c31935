import { fileURLToPath } from 'node:url'
import type { Place } from './excerpt.ts'
import { bundleMark } from './module-hooks.ts'
import { shownPath } from './shown-path.ts'

const ownFolder = fileURLToPath(new URL('..', import.meta.url))

/** Where a stack's line points to in the user's files, for people; undefined where it lies elsewhere. */
export function shownPlaceOf(frame: string): string | undefined {
  const place = /^\s+at /.test(frame) ? placeOf(frame) : undefined
  if (!place || place.file.startsWith(ownFolder)) return undefined
  return `${shownPath(place.file)}:${place.line}:${place.column}`
}

/** Where a stack's line points to. */
export function placeOf(frame: string): Place | undefined {
  if (frame.includes(bundleMark)) return undefined
  const [, path, line, column] = /(?:^\s+at |\()(?:async )?((?:file:\/\/)?\/.*?):(\d+):(\d+)\)?$/.exec(frame) ?? []
  if (path === undefined) return undefined
  const file = path.startsWith('file:') ? fileURLToPath(path) : path
  return { file, line: Number(line), column: Number(column) }
}
