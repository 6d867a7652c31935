/**
 * Work that is divided among the workers before the load begins: the master splits a list of files evenly, each worker prepares its part and
 * says so, and the run starts when all have.
 *
 *     katydid run sharded-files.ts -u 10 -t 30s -H http://localhost:8000 --processes 4
 */
import { constant, events, HttpUser, task } from 'katydid'

const files = Array.from({ length: 20 }, (_, i) => `file-${String(i).padStart(2, '0')}.json`)
let mine: string[] = []

events.init.addListener(({ environment }) => {
  if (environment.role === 'master') return
  environment.onMessage('handle_files', ({ data }) => {
    mine = data as string[]
    environment.send('files_ready', mine.length)
  })
})

events.testStart.addListener(async ({ environment }) => {
  if (environment.role === 'worker') return
  const { workers } = environment
  const ready = new Promise<void>((resolve) => {
    let waiting = workers.length
    environment.onMessage('files_ready', () => {
      if (--waiting === 0) resolve()
    })
  })
  workers.forEach((id, index) => {
    const part = files.filter((_, i) => i % workers.length === index)
    environment.send('handle_files', part, id)
  })
  await ready
})

export class Uploader extends HttpUser {
  waitTime = constant(0.2)
  #next = 0

  @task async upload() {
    const file = mine[this.#next++ % mine.length]
    await this.client.get('/products', { name: `/products?${file}`, query: { file } })
  }
}
