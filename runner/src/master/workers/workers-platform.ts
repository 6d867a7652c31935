/** Where the workers come from (a Kubernetes Job), if the master may ask it. No method rejects or takes long, since a run does not depend on it. */
export interface WorkersPlatform {
  /** Why workers did not come or were lost: one sentence for each reason, naming the workers. */
  troubles(): Promise<string[]>
  /** Ends all workers. True if that worked, so that whoever waits for them goes on. */
  cancel(): Promise<boolean>
  /**
   * The run is over and its workers know it. Cancels workers that have not come yet, until none is left to wait for or the signal comes. Looks at
   * least once.
   */
  cancelRest(signal: AbortSignal): Promise<void>
}
