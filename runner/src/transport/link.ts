/**
 * One end of the connection between a master and one worker. While it is open, messages arrive in order and none is lost; `close` first
 * delivers what was sent before it.
 */
export interface Link<Out, In> {
  send(message: Out): void
  /** Sets the one receiver. Messages that came before are kept for it. */
  receive(handler: (message: In) => void): void
  /** The handler is called once when the other side is gone, with the reason. */
  closed(handler: (reason: string) => void): void
  close(): void
  /** While the worker is silent: its users may still run, because it has no lease and its connection is there. */
  readonly mayStillRun?: boolean
  /** While the worker is silent: its connection is known to be gone, so it is not just slow. */
  readonly isCut?: boolean
}
