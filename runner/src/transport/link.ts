/**
 * One end of the way between a master and one worker. In order and complete while it is open; `close` delivers what was
 * sent before it.
 */
export interface Link<Out, In> {
  send(message: Out): void
  /** The one receiver; messages that came before it was set are kept for it. */
  receive(handler: (message: In) => void): void
  /** Called once when the other side is gone, with why. */
  closed(handler: (reason: string) => void): void
  close(): void
  /** While nothing is heard of it: what it was told to run may run on all the same, since it knows no lease and its connection is there. */
  readonly mayStillRun?: boolean
  /** While nothing is heard of it: its connection is known to be gone, so that it is not only slow. */
  readonly isCut?: boolean
}
