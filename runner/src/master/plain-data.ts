/** `setup()`'s result as workers would get it: only what JSON can say. */
export function plainData(data: unknown): unknown {
  if (data === undefined) return undefined
  try {
    return JSON.parse(JSON.stringify(data))
  } catch (error) {
    throw new Error(`setup() returned something that is not JSON: ${error instanceof Error ? error.message : error}`)
  }
}
