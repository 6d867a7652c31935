import { constantThroughput, HttpUser, parameters, task } from 'katydid'

export const params = parameters({ path: '/json', throughput: 10 })

/** One request an iteration, at a fixed throughput per user (of no meaning in the open model). */
export class Visitor extends HttpUser {
  waitTime = constantThroughput(params.throughput)

  @task async visit() {
    await this.client.get(params.path)
  }
}
