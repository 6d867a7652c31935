// A shop with two kinds of visitors.
//
//   katydid target &
//   katydid run shop.ts -H http://127.0.0.1:8000 -u 20 -r 5 -t 30s --threshold 'p95 < 300ms'

import { between, check, HttpUser, metrics, tag, task } from 'katydid'

interface Product {
  id: number
  name: string
  price: number
}

const cartSize = metrics.trend('cart_size')

/** Looks around, and now and then opens a product. */
export class Visitor extends HttpUser {
  static weight = 3
  waitTime = between(0.5, 2)

  @task(3) async list() {
    const page = 1 + Math.floor(Math.random() * 10)
    await this.client.get(`/products?page=${page}`, { name: '/products' })
  }

  @task(2) async details() {
    const id = 1 + Math.floor(Math.random() * 200)
    await this.client.get(`/products/${id}`, { name: '/products/[id]' })
  }

  @task(1) async home() {
    const home = await this.client.get('/')
    check(home.text().includes('Katydid shop'), 'the front page has its heading')
  }
}

/** Logs in, fills a cart and orders. */
export class Shopper extends HttpUser {
  static weight = 1
  waitTime = between(0.5, 2)

  async onStart() {
    await this.client.post('/login', { form: { username: `shopper ${Math.floor(Math.random() * 1000)}` } })
  }

  @task(3) async browseAndAdd() {
    using products = await this.client.get('/products', { catchResponse: true })
    const [first] = products.json<Product[]>()
    if (!first) return products.failure('no products')

    using added = await this.client.post(`/cart/add/${first.id}`, {
      name: '/cart/add/[id]',
      json: { quantity: 1 },
      catchResponse: true,
    })
    if (added.status !== 201) added.failure(`add to cart: ${added.status}`)
  }

  @tag('checkout')
  @task(1)
  async checkout() {
    const cart = (await this.client.get('/cart')).json<{ items: Product[] }>()
    cartSize.add(cart.items.length)
    if (cart.items.length > 0) await this.client.post('/checkout')
  }
}
