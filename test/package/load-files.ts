import { globSync, readFileSync } from 'node:fs'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

/** What a load file must not find in the types. Against the sources, which have them all, this would be full of mistakes. */
const internals = `
import { HttpUser, metrics, task } from 'katydid'

export class Curious extends HttpUser {
  @task async look() {
    // @ts-expect-error internal
    this.client.protocol
    // @ts-expect-error internal
    this.client.destroy()
    // @ts-expect-error internal
    this.client.settled
    // @ts-expect-error internal
    metrics.forget()
  }
}
`

/** The examples, and two more that are made for the compiler alone: by their paths in a project's folder. */
export const loadFiles: Record<string, string> = {
  'load/internals.ts': internals,
  'load/typed-params.ts': read('typed-params.ts'),
  ...Object.fromEntries(
    globSync('*.ts', { cwd: new URL('../../runner/examples', import.meta.url) }).map((name) => [
      `load/${name}`,
      read(`../../runner/examples/${name}`),
    ]),
  ),
}

/** A tsconfig.json for them that leaves nothing out and brings nothing in: no types but those that katydid asks for. */
export function strictConfig(options: Record<string, unknown> = {}): string {
  const strict = { strict: true, types: [], skipLibCheck: false, noEmit: true }
  return JSON.stringify({
    compilerOptions: { target: 'ES2022', module: 'NodeNext', ...strict, ...options },
    include: ['load'],
  })
}
