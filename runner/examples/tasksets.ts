// Task sets: places in a site where a user stays for a while, nested, and left with interrupt().
//
//   katydid run tasksets.ts -H http://127.0.0.1:8000 -u 10 -r 5 -t 20s

import { between, constant, HttpUser, RescheduleTask, TaskSet, task } from 'katydid'

class ProductPage extends TaskSet<Browser> {
  waitTime = constant(0.1)

  @task(3) async look() {
    await this.client.get('/products/7')
  }

  @task(1) async add() {
    await this.client.post('/cart/add/7', { json: { quantity: 1 } })
    this.interrupt() // back to the aisle
  }
}

class Aisle extends TaskSet<Browser> {
  static tasks = [ProductPage]

  @task(2) async list() {
    await this.client.get('/products')
  }

  @task(1) async leave() {
    this.interrupt(false) // back to the entrance, after its wait
  }
}

export class Browser extends HttpUser {
  static tasks = [Aisle]
  waitTime = between(0.2, 1)

  @task(1) async entrance() {
    await this.client.get('/')
  }

  @task(1) async cart() {
    const cart = (await this.client.get('/cart')).json<{ items: unknown[] }>()
    if (cart.items.length === 0) throw new RescheduleTask() // another task at once
    await this.client.post('/checkout')
  }
}
