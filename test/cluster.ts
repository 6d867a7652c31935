import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { roomToStart } from './room.ts'
import { type RunningKatydid, type RunOptions, type RunOutcome, startKatydid, temporaryFolder } from './run-katydid.ts'
import { trusted } from './steady.ts'

export interface RunningMaster extends RunningKatydid {
  /** For workers. */
  readonly port: number
  /** For `katydid verdict`. */
  readonly web: string
}

/** A load file of users who read, for as long as the run goes on: to its run time, or to `whenever().end()`. */
export const reader = `
import { existsSync } from 'node:fs'
import { constant, HttpUser, StopTest, task } from 'katydid'
export class Reader extends HttpUser {
  waitTime = constant(0.05)
  @task async read() {
    await this.client.get('/json')
    if (process.env.END && existsSync(process.env.END)) throw new StopTest()
  }
}
`

/** For a run of `reader` that ends in order once a test has seen what it waits for, however long that takes: `env` is for its workers. */
export function whenever() {
  const END = join(temporaryFolder(), 'end')
  return { env: { END }, end: () => writeFileSync(END, '') }
}

/** Processes of one test: whatever is still there at its end is ended. */
export class Cluster implements Disposable {
  readonly #started: RunningKatydid[] = []

  /** A master on free ports of loopback, once it listens. */
  async master(args: string[], options: RunOptions = {}): Promise<RunningMaster> {
    const unless = (flag: string, value: string) => (args.includes(flag) ? [] : [flag, value])
    const bind = [...unless('--bind-host', '127.0.0.1'), ...unless('--bind-port', '0')]
    const web = ['--web-host', '127.0.0.1', '--web-port', '0']
    await roomToStart()
    const running = startKatydid(['master', ...args, ...bind, ...web], options)
    this.#started.push(running)
    const [, webAt = ''] = await running.saying(/verdict and result at http:\/\/(\S+)/)
    const [, port = ''] = await running.saying(/waiting for workers on port (\d+)/)
    return { ...running, port: Number(port), web: webAt }
  }

  worker(port: number, args: string[] = [], options: RunOptions = {}): RunningKatydid {
    const host = args.includes('--master-host') ? [] : ['--master-host', '127.0.0.1']
    const where = [...host, '--master-port', String(port)]
    const running = startKatydid(['worker', ...args, ...where], options)
    this.#started.push(running)
    return running
  }

  command(args: string[], options: RunOptions = {}): RunningKatydid {
    const running = startKatydid(args, options)
    this.#started.push(running)
    return running
  }

  /** A master and as many workers, to the end of the run. */
  async run(
    workers: number,
    args: string[],
    options: RunOptions = {},
  ): Promise<{ master: RunOutcome; workers: RunOutcome[] }> {
    const run = async () => {
      const master = await this.master([...args, '--expect-workers', String(workers)], options)
      const running = Array.from({ length: workers }, () => this.worker(master.port, [], { env: options.env ?? {} }))
      return { master: await master.done, workers: await Promise.all(running.map(({ done }) => done)) }
    }
    return trusted(run, ({ master }) => master, args)
  }

  [Symbol.dispose](): void {
    for (const { child } of this.#started)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  }
}
