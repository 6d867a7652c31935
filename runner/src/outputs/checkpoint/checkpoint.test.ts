import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Aggregate } from '../../stats/aggregate.ts'
import { prepareFile } from '../output-files.ts'
import { finishOf, startOf } from '../run.fixture.ts'
import { CheckpointOutput } from './checkpoint.ts'
import { readCheckpoint } from './checkpoint-file.ts'

test('one that cannot be written at the end is said, and no reason to tell another verdict than the others did', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'katydid-')), 'results')
  mkdirSync(folder)
  const file = prepareFile(join(folder, 'run.json'), '--checkpoint')
  const troubles: unknown[] = []
  const output = new CheckpointOutput({
    ...{ file, token: 'r1', everyMs: 1_000, plan: null, redact: (text: string) => text },
    onTrouble: (error) => troubles.push(error),
  })
  await output.start(startOf(new Aggregate()))
  assert.equal((await readCheckpoint(file))?.finished, false)
  rmSync(folder, { recursive: true })
  writeFileSync(folder, 'a file where the folder was')
  await output.finish(finishOf(new Aggregate()))
  assert.equal(troubles.length, 1)
})
