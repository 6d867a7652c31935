/** What makes the workers, where a master may ask it. No method rejects or takes long: a run does without. */
export interface WorkersPlatform {
  /** Why workers are not there, or went: a sentence for each reason, with those it holds for. */
  troubles(): Promise<string[]>
  /** No worker is wanted any more, also of those that are there. True when that is so, and whoever waits for them goes on. */
  cancel(): Promise<boolean>
  /**
   * The run is over and its workers were told: those that have not come yet are not to come. Watches until no worker is left to wait for, or the
   * signal; looks once in any case.
   */
  cancelRest(signal: AbortSignal): Promise<void>
}
