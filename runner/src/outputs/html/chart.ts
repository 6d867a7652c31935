/** A value that held from a second of the run up to another. */
export interface Step {
  from: number
  until: number
  value: number
}

export interface Line {
  label: string
  /** Ascending. */
  steps: readonly Step[]
}

export interface Chart {
  title: string
  /** What a reader should know of its figures. */
  about: string
  /** At most five: there are no more strokes to tell them apart. */
  lines: readonly Line[]
  /** What is meant where a line has no step: that it was 0, or that there is nothing to say. */
  gaps: 'zero' | 'none'
  format: (value: number) => string
  /** Where something was so, behind the lines. */
  shaded?: Line
}
