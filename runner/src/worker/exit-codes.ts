/** What a worker's process ends with; what each makes of a Kubernetes Job is in DESIGN §7. */
export const workerExitCodes = {
  /** The master said that it is over, whatever the verdict. */
  done: 0,
  crashed: 1,
  /** A load file that cannot be used, or a master of another run: it is of no use to try again. */
  unusable: 3,
  masterSilent: 4,
  /** SIGTERM, as shells count it. */
  terminated: 143,
} as const
