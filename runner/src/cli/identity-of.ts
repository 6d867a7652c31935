import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { RunIdentity } from '../facts/run.ts'
import type { Prepared } from './prepare.ts'

/** What runs: `sha256sum` of the load file says whether it is that of a result. */
export async function identityOf({ plan, loadFile }: Prepared, token: string | undefined): Promise<RunIdentity> {
  const { file, hash } = loadFile.bundle
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  return { ...(token === undefined ? {} : { token }), loadFile: { path: plan.file, sha256, bundle: hash } }
}
