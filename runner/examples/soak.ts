// Low, steady load for hours or days: each user paces itself, so that a slow answer does not lower the load, and little is kept.
//
//   katydid run soak.ts -H http://127.0.0.1:8000 -u 50 -r 1 -t 7d --warmup 5m --threshold 'p99 < 1s'

import { constantPacing, events, HttpUser, metrics, task } from 'katydid'

const relogins = metrics.counter('relogins')

events.testStart.addListener(({ environment }) => {
  console.log(`soaking ${environment.host}`)
})

/** A visit every ten seconds, whatever the last one took. After an hour another visitor comes: without cookies, and logs in. */
export class Regular extends HttpUser {
  waitTime = constantPacing(10)
  visits = 0

  async onStart() {
    await this.#login()
  }

  @task async visit() {
    if (++this.visits % 360 === 0) {
      this.client.cookies.clear()
      await this.#login()
    }
    using cart = await this.client.get('/cart', { catchResponse: true })
    if (cart.status === 401) {
      relogins.add(1)
      cart.success() // expected: sessions end
      await this.#login()
    }
    await this.client.get('/products')
    await this.client.get(`/products/${1 + (this.visits % 200)}`, { name: '/products/[id]' })
  }

  async #login() {
    await this.client.post('/login', { json: { username: 'regular' } })
  }
}
