import { constant, HttpUser, parameters, task } from 'katydid'

export const params = parameters({ wait: 600 })

/** One request, then a long wait with the connection open (or closed, with --no-keep-alive). */
export class Waiting extends HttpUser {
  waitTime = constant(params.wait)

  @task async once() {
    await this.client.get('/item')
  }
}
