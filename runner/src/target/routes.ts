import type { Session, Sessions } from './sessions.ts'

interface ShopRequest {
  query: URLSearchParams
  /** What stands for `:id`. */
  id: number
  cookie: string | undefined
  contentType: string
  body: string
}

export interface Reply {
  status: number
  type: 'application/json' | 'text/html; charset=utf-8'
  body: Buffer
  headers?: Record<string, string>
}

export type Handler = (request: ShopRequest) => Reply

const pageSize = 20

/** Everything the shop answers, by method and route. */
export function shopRoutes(sessions: Sessions): Record<string, Handler> {
  const products = catalogue()
  const byId = new Map(products.map((product) => [product.id, product]))
  const pages: Reply[] = []
  for (let at = 0; at < products.length; at += pageSize) pages.push(json(200, products.slice(at, at + pageSize)))
  const details = new Map(products.map((product) => [product.id, json(200, product)]))
  const home = html(
    '<!doctype html><title>Katydid shop</title><h1>Katydid shop</h1>' +
      '<p>A shop to be loaded: <a href="/products">products</a>, <a href="/cart">cart</a>.</p>',
  )
  const healthy = json(200, { status: 'ok' })

  return {
    'GET /': () => home,
    'GET /health': () => healthy,
    'GET /products': ({ query }) => pages[Number(query.get('page') ?? 1) - 1] ?? json(404, { error: 'no such page' }),
    'GET /products/:id': ({ id }) => details.get(id) ?? json(404, { error: 'no such product' }),
    'POST /cart/add/:id': (request) => {
      const product = byId.get(request.id)
      if (!product) return json(404, { error: 'no such product' })
      const quantity = Number(fields(request).quantity ?? 1)
      if (!Number.isInteger(quantity) || quantity < 1) return json(400, { error: 'quantity must be 1 or more' })
      return inSession(sessions, request.cookie, 201, (session) => {
        session.cart.set(product.id, (session.cart.get(product.id) ?? 0) + quantity)
        return cartOf(session, byId)
      })
    },
    'GET /cart': ({ cookie }) => inSession(sessions, cookie, 200, (session) => cartOf(session, byId)),
    'POST /login': (request) => {
      const { username } = fields(request)
      if (typeof username !== 'string' || username === '') return json(400, { error: 'username is missing' })
      return inSession(sessions, request.cookie, 200, (session) => ({ user: (session.user = username) }))
    },
    'POST /checkout': ({ cookie }) => {
      const session = sessions.find(cookie)
      if (!session || session.cart.size === 0) return json(409, { error: 'the cart is empty' })
      const order = cartOf(session, byId)
      session.cart.clear()
      return json(201, { ordered: order.items.length, total: order.total, user: session.user ?? null })
    },
  }
}

export function json(status: number, value: unknown): Reply {
  return { status, type: 'application/json', body: Buffer.from(JSON.stringify(value)) }
}

function html(page: string): Reply {
  return { status: 200, type: 'text/html; charset=utf-8', body: Buffer.from(page) }
}

function inSession(
  sessions: Sessions,
  cookie: string | undefined,
  status: number,
  act: (session: Session) => unknown,
): Reply {
  const known = sessions.find(cookie)
  const session = known ?? sessions.open()
  const reply = json(status, act(session))
  return known
    ? reply
    : { ...reply, headers: { 'set-cookie': `session=${session.id}; Path=/; HttpOnly; SameSite=Lax` } }
}

function cartOf(session: Session, byId: Map<number, Product>) {
  const items = [...session.cart].map(([id, quantity]) => ({ ...byId.get(id)!, quantity }))
  const total = items.reduce((sum, item) => sum + item.price * item.quantity, 0)
  return { items, total: Math.round(total * 100) / 100 }
}

/** The body's fields, from JSON or a form; none where it is neither. */
function fields({ body, contentType }: ShopRequest): Record<string, unknown> {
  if (!contentType.includes('json')) return Object.fromEntries(new URLSearchParams(body))
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** What the demo shop sells. */
interface Product {
  id: number
  name: string
  price: number
}

const materials = ['Oak', 'Linen', 'Brass', 'Wool', 'Slate', 'Cork', 'Enamel', 'Walnut', 'Copper', 'Felt']
const things = ['lamp', 'chair', 'kettle', 'blanket', 'clock', 'basket', 'mirror', 'shelf', 'bowl', 'stool']

/** The same products at every start, so that runs can be compared. */
function catalogue(size = 200): Product[] {
  return Array.from({ length: size }, (_, index) => {
    const material = materials[index % materials.length]
    const thing = things[Math.floor(index / materials.length) % things.length]
    return { id: index + 1, name: `${material} ${thing} no. ${index + 1}`, price: 5 + ((index * 37) % 190) + 0.95 }
  })
}
