// Each user takes a row of data/users.csv, logs in with it and goes through the steps of an order, one after another.
//
//   katydid run orders.ts -H http://127.0.0.1:8000 -u 5 -r 5 -t 20s --param quantity=3
//   SHOP_KEY=… katydid run orders.ts …      a secret comes from the environment and is never printed

import { between, feed, HttpUser, parameters, SequentialTaskSet, secret, task } from 'katydid'

export const params = parameters({
  /** How many of each product a user orders. */
  quantity: 2,
  /** Sent as a header; the demo shop does not look at it. */
  key: secret('SHOP_KEY', 'none'),
})

const accounts = feed<{ username: string; product: string }>('data/users.csv', { mode: 'sequential', onEnd: 'recycle' })

class Order extends SequentialTaskSet<Customer> {
  @task async choose() {
    await this.client.get(`/products/${this.user.product}`, { name: '/products/[id]' })
  }

  @task async add() {
    await this.client.post(`/cart/add/${this.user.product}`, {
      name: '/cart/add/[id]',
      json: { quantity: params.quantity },
    })
  }

  @task async pay() {
    await this.client.post('/checkout', { headers: { 'x-shop-key': params.key } })
    this.interrupt()
  }
}

export class Customer extends HttpUser {
  static tasks = [Order]
  waitTime = between(0.2, 1)
  product = '1'

  async onStart() {
    const account = await accounts.next()
    this.product = account.product
    await this.client.post('/login', { form: { username: account.username } })
  }
}
