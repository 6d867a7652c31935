/** What a Locust worker is told with each `spawn` beyond how many users. */
export interface SpawnExtras {
  host: string | undefined
  stopTimeoutS: number
  /** Becomes `environment.parsed_options` there: no secrets, it travels in the clear. */
  parsedOptions: Readonly<Record<string, string | number | boolean | readonly string[] | null>>
}

/** locust4j reads whole numbers of 32 bits, and dies of others. */
export function withSmallInts(extras: SpawnExtras): SpawnExtras {
  const fits = (value: unknown) => !Number.isInteger(value) || (value as number) === ((value as number) | 0)
  const parsedOptions = Object.fromEntries(Object.entries(extras.parsedOptions).filter(([, value]) => fits(value)))
  return { ...extras, parsedOptions }
}
