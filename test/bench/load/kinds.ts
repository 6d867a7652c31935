import { HttpUser, parameters } from 'katydid'

export const params = parameters({ kind: 'json' })

const kinds: Record<string, (user: Sender) => Promise<void>> = {
  async json({ client }) {
    const response = await client.get('/item')
    if (response.json<{ id: number }>().id !== 123) throw new Error('wrong item')
  },
  async post({ client }) {
    const order = { shop: 'green', items: [{ id: 1, count: 2, note: 'x'.repeat(100) }] }
    const response = await client.post('/item', { json: order })
    if (response.json<{ id: number }>().id !== 123) throw new Error('wrong item')
  },
  async page({ client }) {
    const response = await client.get('/page')
    if (response.bytes().length !== 100_000) throw new Error('not the whole page')
  },
}

/** No wait, one request of the kind that is asked for. */
export class Sender extends HttpUser {
  static override tasks = [(user: Sender) => kinds[params.kind]?.(user)]
}
