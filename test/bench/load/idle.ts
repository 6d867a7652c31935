import { constant, task, User } from 'katydid'

/** What simulated workers say they run. */
export class Simulated extends User {
  waitTime = constant(1)
  @task nothing() {}
}
