import { constructUser } from './construction.ts'
import { isControlFlow, StopTest } from './control-flow.ts'
import { demandWords } from './demand-words.ts'
import type { Runtime } from './environment.ts'
import type { User, UserClass } from './user.ts'
import { reportUserError } from './user-errors.ts'

/**
 * Makes a user. Undefined when its class did not want one (a field initialiser threw, which was reported), or says in a field what
 * nobody would hear, which ends the run.
 */
export function openUser(userClass: UserClass, runtime: Runtime): User | undefined {
  try {
    const user = constructUser(userClass, runtime)
    demandWords('user', user)
    return user
  } catch (error) {
    if (error instanceof StopTest) runtime.end(error)
    else if (!isControlFlow(error)) reportUserError(runtime, undefined, error)
    return undefined
  }
}
