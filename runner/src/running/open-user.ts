import { isControlFlow, StopTest } from '../environment/control-flow.ts'
import type { Runtime } from '../environment/environment.ts'
import { demandWords } from '../tasks/class-mistakes.ts'
import { constructUser } from '../tasks/construction.ts'
import type { User, UserClass } from '../tasks/user.ts'
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
