import type { PackageManager } from './package-manager.ts'
import type { Target } from './target.ts'

/** The load file: TypeScript that a person reads first and changes next. */
export function loadFile({ host, page, isDemo }: Target, { run }: PackageManager): string {
  return `// What one user of ${isDemo ? 'the demo shop' : host} does. Add a task for each thing that your users do.
//
//   ${`${run} load`.padEnd(20)} the load test, with the load of smoke.yaml
//   ${`${run} load:one`.padEnd(20)} one user; prints every request and response

import { between, HttpUser, task } from 'katydid'
${isDemo ? demoUser : userOf(page)}`
}

const demoUser = `
interface Product {
  id: number
  name: string
}

export class Visitor extends HttpUser {
  waitTime = between(0.5, 2) // seconds between two tasks

  /** Runs three times as often as a task of weight 1. A status of 400 or more is a failure, and so is no answer. */
  @task(3) async list() {
    await this.client.get('/products')
  }

  /** With \`catchResponse\` the task decides what a failure is. */
  @task(1) async details() {
    using list = await this.client.get('/products', { catchResponse: true })
    const [first] = list.json<Product[]>()
    if (!first) return list.failure('the list is empty')
    await this.client.get(\`/products/\${first.id}\`, { name: '/products/[id]' })
  }
}
`

const userOf = (page: string) => `
export class Visitor extends HttpUser {
  waitTime = between(0.5, 2) // seconds between two tasks

  /** A status of 400 or more is a failure, and so is no answer. */
  @task async firstPage() {
    await this.client.get(${quoted(page)})
  }

  // A task of weight 3 runs three times as often. With \`catchResponse\` the task decides what a failure is:
  //
  // @task(3) async search() {
  //   using found = await this.client.get('/search?q=shoes', { name: '/search', catchResponse: true })
  //   if (!found.text().includes('shoes')) found.failure('no shoes')
  // }
}
`

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
