// Without decorators: tasks by name and weight.
//
//   katydid run plain.ts -H http://127.0.0.1:8000 -u 10 -r 5 -t 20s

import { HttpUser, poisson } from 'katydid'

export class Visitor extends HttpUser {
  static tasks = { list: 3, details: 1 }
  waitTime = poisson(2) // two tasks a second, at random

  async list() {
    await this.client.get('/products')
  }

  async details() {
    await this.client.get('/products/123')
  }
}
