import { readFileSync, writeFileSync } from 'node:fs'
import { jsonSchema } from './json-schema.ts'

/** Where the generated schema of values files is kept; a test says when it is out of date. */
const planSchemaFile = new URL('../../plan.schema.json', import.meta.url)

export function planSchemaText(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`
}

// `npm run schema`
if (import.meta.main) {
  const text = planSchemaText()
  writeFileSync(planSchemaFile, text)
  process.stdout.write(`${planSchemaFile.pathname}: ${readFileSync(planSchemaFile).length} bytes\n`)
}
