import type { AnyParams } from '../environment/environment.ts'
import { KatydidError } from '../errors.ts'
import type { HttpClient } from '../protocols/http-client.ts'
import { User } from './user.ts'
import { state } from './user-state.ts'

/**
 * A user that sends HTTP requests. Its `client` has its own cookies and its own connections (unless the run shares connections).
 *
 *     export class Shopper extends HttpUser {
 *       waitTime = between(1, 5)
 *       @task async browse() { await this.client.get('/products') }
 *     }
 */
export class HttpUser<Params extends object = AnyParams> extends User<Params> {
  static override abstract = true

  /** The HTTP client of this user. Throws a KatydidError outside a task, `onStart` or `onStop`. */
  get client(): HttpClient {
    const own = this[state]
    return (own.client as HttpClient | undefined) ?? this.#connect()
  }

  #connect(): HttpClient {
    const own = this[state]
    const { http, environment, trace } = own.runtime
    if (!http)
      throw new KatydidError(
        'LOAD_FILE',
        `${this.constructor.name} used its client outside a task, onStart or onStop`,
        {
          hint: 'make requests in tasks, onStart and onStop. In setup(), use fetch()',
        },
      )
    const host = environment.host ?? (this.constructor as typeof HttpUser).host
    const context = this.context === User.prototype.context ? {} : { context: () => this.context() }
    const client = http.client({
      host,
      schedule: own.schedule,
      ...context,
      ...(trace ? { trace } : {}),
      ...(host ? {} : { onNoHost: () => environment.stop(noHost(this.constructor.name), 'broken') }),
    })
    own.client = client
    return client
  }
}

/** The run cannot be what was meant: most likely --host was forgotten. */
function noHost(userClass: string): string {
  return `no host for ${userClass}, which requests a path without one: set --host http://localhost:8000, load.host in a values file, or static host in the user class`
}
