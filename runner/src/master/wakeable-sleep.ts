/** A sleep that can be cut short, for a loop that looks every so often and at once when something happens. */
export class WakeableSleep {
  #end: (() => void) | undefined

  /** Settles after `ms`, or at the next `wake()`. */
  for(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#end = undefined
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.#end = end
    })
  }

  wake(): void {
    this.#end?.()
  }
}
