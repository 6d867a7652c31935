/** As much of a terminal or a pipe as outputs use: `process.stdout` is one. */
export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  /** Heeds NO_COLOR, FORCE_COLOR and TERM, as Node does. */
  hasColors?(env?: object): boolean
  on?(event: 'resize', listener: () => void): unknown
  off?(event: 'resize', listener: () => void): unknown
}

/** Where outputs print, and what they may know of the surroundings. */
export interface OutputStreams {
  stdout: TextStream
  stderr: TextStream
  env?: Readonly<Record<string, string | undefined>>
  /** What relative paths are relative to. */
  cwd?(): string
}
