import { userFrames } from './user-frames.ts'

/** A thrown value's traceback in the user's own files, one line a frame, innermost first; empty where none of it is theirs. */
export function mapStack(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const frames = userFrames(error)
  const own = frames.filter((frame) => !/[/\\]node_modules[/\\]/.test(frame))
  return (own.length > 0 ? own : frames).join('\n')
}
