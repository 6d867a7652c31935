export type H1ErrorCode =
  | 'CONNECTION_CLOSED' // the target closed before or in the middle of its response
  | 'KEPT_CONNECTION_CLOSED' // it closed a connection that had been used before, and not one byte of a response came
  | 'MALFORMED_HTTP' // not HTTP/1.x
  | 'HEADERS_TOO_LARGE'
  | 'CONNECT_TIMEOUT'
  | 'BODY_LENGTH' // a stream gave more or less than its content-length says

/** A fault of a connection; failures are grouped by its code. */
export class H1Error extends Error {
  readonly code: H1ErrorCode

  constructor(code: H1ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'H1Error'
    this.code = code
  }
}

export function malformed(what: string): H1Error {
  return new H1Error('MALFORMED_HTTP', `the response is not HTTP: ${what}`)
}
