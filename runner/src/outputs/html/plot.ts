import type { Step } from './chart.ts'
import { leastSeconds } from './time-axis.ts'

/** Where things stand in a chart's drawing. */
export interface Frame {
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
  endSeconds: number
  x(second: number): number
  y(value: number): number
}

const [width, height] = [860, 230]
const [left, right, top, bottom] = [70, 836, 22, 202]

/** Seconds from 0 to `endSeconds` across, values from 0 to `greatest` up; what is beyond stands at the edge. */
export function frameOf(endSeconds: number, greatest: number): Frame {
  const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0)
  return {
    ...{ width, height, left, right, top, bottom, endSeconds },
    x: (second) => tenths(left + (right - left) * share(second, endSeconds)),
    y: (value) => tenths(bottom - (bottom - top) * share(value, greatest)),
  }
}

/** A line of ascending steps as the `d` of a path. Where it has none it is at 0, or is not there. */
export function pathOf(frame: Frame, steps: readonly Step[], gaps: 'zero' | 'none'): string {
  const drawn = gaps === 'zero' ? filled(frame, steps) : steps
  let path = ''
  let last: Step | undefined
  for (const step of drawn) {
    const [x, y, end] = [frame.x(step.from), frame.y(step.value), frame.x(step.until)]
    if (!last || step.from > last.until) path += `M${x} ${y}`
    else if (y !== frame.y(last.value)) path += `V${y}`
    path += `H${end}`
    last = step
  }
  // of several stretches at the same height only where the last one ends matters
  return path.replace(/H[\d.]+(?=H)/g, '')
}

function filled(frame: Frame, steps: readonly Step[]): Step[] {
  const all: Step[] = []
  let end = 0
  for (const step of steps) {
    if (step.from > end) all.push({ from: end, until: step.from, value: 0 })
    all.push(step)
    end = step.until
  }
  if (frame.endSeconds - end >= leastSeconds) all.push({ from: end, until: frame.endSeconds, value: 0 })
  return all
}

export function tenths(x: number): number {
  return Math.round(x * 10) / 10
}
