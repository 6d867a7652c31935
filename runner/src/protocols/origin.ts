import type { H1Target } from './h1/h1-target.ts'
import type { Credentials } from './url-credentials.ts'

/** Scheme, host and port that requests go to; one object for all users of a process. */
export interface HttpOrigin {
  /** `http://host:port`, without a default port. */
  readonly href: string
  readonly secure: boolean
  /** The header lines that every request to it has unless its user says otherwise. */
  readonly fixedHead: string
  readonly target: H1Target
}

/** Where a user's relative paths lead. */
export interface HttpBase {
  readonly origin: HttpOrigin
  /** What the host had after its authority, encoded, without a slash at its end. */
  readonly prefix: string
  /** From `https://name:password@host`. */
  readonly auth: Credentials | undefined
  readonly href: string
}
