export type H1ErrorCode =
  | 'CONNECTION_CLOSED' // the target closed before or in the middle of its answer
  | 'MALFORMED_HTTP' // not HTTP/1.x
  | 'HEADERS_TOO_LARGE'
  | 'CONNECT_TIMEOUT'

/** A fault of a connection; failures are grouped by its code. */
export class H1Error extends Error {
  readonly code: H1ErrorCode

  constructor(code: H1ErrorCode, message: string) {
    super(message)
    this.name = 'H1Error'
    this.code = code
  }
}
