// Any protocol: open what it needs in onStart, wrap what should be measured in environment.measure().
// This one speaks a few words of Redis to a server on --host (tcp://127.0.0.1:6379).
//
//   katydid run custom-protocol.ts -H tcp://127.0.0.1:6379 -u 10 -r 10 -t 10s

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { constantThroughput, events, task, User } from 'katydid'

export class RedisUser extends User {
  waitTime = constantThroughput(20) // tasks a second
  #socket!: Socket
  #replies!: AsyncIterator<string>

  async onStart() {
    const { hostname, port } = new URL(this.environment.host ?? 'tcp://127.0.0.1:6379')
    await this.environment.measure({ type: 'TCP', name: 'connect' }, async () => {
      this.#socket = connect(Number(port), hostname)
      await once(this.#socket, 'connect', { signal: this.signal })
    })
    this.#replies = createInterface({ input: this.#socket })[Symbol.asyncIterator]()
  }

  onStop() {
    this.#socket.destroy()
  }

  @task(3) async ping() {
    await this.environment.measure(
      { type: 'REDIS', name: 'PING', bytes: (reply: string) => reply.length },
      async () => {
        const reply = await this.#command('PING')
        if (!reply.startsWith('+')) throw new Error(`unexpected reply ${reply.slice(0, 20)}`)
        return reply
      },
    )
  }

  @task(1) async increment() {
    const startedAt = performance.now()
    const reply = await this.#command('INCR katydid')
    // a sample timed by the user: for what does not fit into one call
    events.request.fire({
      method: 'REDIS',
      name: 'INCR',
      durationMs: performance.now() - startedAt,
      bytes: reply.length,
      ...(reply.startsWith(':') ? {} : { error: 'not a number' }),
    })
  }

  async #command(line: string): Promise<string> {
    this.#socket.write(`${line}\r\n`)
    const { value, done } = await this.#replies.next()
    if (done) throw new Error('the server closed the connection')
    return value
  }
}
