import { HttpUser, task } from 'katydid'

/** No wait, one request, its JSON parsed: what every tool of the comparison does. */
export class Reader extends HttpUser {
  @task async read() {
    const response = await this.client.get('/item')
    if (response.json<{ id: number }>().id !== 123) throw new Error('wrong item')
  }
}
