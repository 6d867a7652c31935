/**
 * No test: what types a load file has of its parameters. `npm run check` checks it against the sources, the tests of the package against what is in it.
 */
import {
  choice,
  type Environment,
  type EnvironmentEvent,
  events,
  HttpUser,
  LoadShape,
  MarkovTaskSet,
  parameters,
  secret,
  TaskSet,
  tag,
  task,
  transition,
  transitions,
} from 'katydid'

export const params = parameters({
  tenant: 'blue',
  rows: 10,
  stage: choice(['test', 'live']),
  token: secret('SHOP_TOKEN', 'none'),
})
type Params = typeof params

declare function text(value: string): void
declare function count(value: number): void

export function setup({ params }: Environment<Params>) {
  text(params.tenant)
  text(params.token)
  const stage: 'test' | 'live' = params.stage
  return { stage }
}

export async function teardown(_data: unknown, environment: Environment<Params>) {
  count(environment.params.rows)
}

events.testStart.addListener(({ environment }: EnvironmentEvent<Params>) => count(environment.params.rows))
events.testStop.addListener(async ({ environment }) => {
  // @ts-expect-error nobody has said of which type it is
  count(environment.params.rows)
})

class Page extends TaskSet<Shopper> {
  @task look() {
    text(this.environment.params.tenant)
    this.interrupt()
  }
}

class Chain extends MarkovTaskSet<Shopper> {
  @transition('two') async one() {
    count(this.user.environment.params.rows)
  }
  @transitions({ one: 1, two: 2 }) async two() {
    this.interrupt()
  }
}

@tag('all')
export class Shopper extends HttpUser<Params> {
  static tasks = [Page]
  @task(2) Chain = Chain

  @tag('slow')
  @task(3)
  async browse() {
    text(this.environment.params.tenant)
    // @ts-expect-error it is a number
    text(this.environment.params.rows)
    // @ts-expect-error there is no such parameter
    text(this.environment.params.nothing)
    using page = await this.client.get('/', { catchResponse: true })
    page.failure(`${page.bytes().toString('hex')} ${new URL(page.url).host}`)
  }
}

export class Steps extends LoadShape<Params> {
  tick() {
    return [this.params.rows, 1] as const
  }
}
