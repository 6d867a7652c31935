/** A compiled load file: plain data, so that it can travel to workers. */
export interface Bundle {
  /** One ES module; imports of `katydid`, of Node's own modules and of native packages are left in it. */
  readonly code: string
  /** Source map (version 3, JSON); its sources are relative to the load file's folder. */
  readonly map: string
  /** Absolute path of the load file on the machine that compiled it. */
  readonly file: string
  /** Absolute paths of everything that went into it. */
  readonly inputs: readonly string[]
  /** Packages that could not be bundled, and the folder each is to be resolved from. */
  readonly externals: Readonly<Record<string, string>>
  /** What the compiler was not sure about. */
  readonly warnings: readonly string[]
  /** Of the code: the same load file has the same hash on every machine of a run. */
  readonly hash: string
}
