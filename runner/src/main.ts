#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
const { exitCodes } = await import('./errors.ts')
const { workerExitCodes } = await import('./worker/exit-codes.ts')
const isWorker = process.argv[2] === 'worker'
const crashed = isWorker ? workerExitCodes.crashed : exitCodes.broken
const interrupted = isWorker ? workerExitCodes.terminated : exitCodes.broken
const { realSystem } = await import('./system.ts')
// before any load file is read: it may end the process, or leave it nothing to wait for
const system = realSystem({ unfinished: crashed, interrupted })
// a worker has a door of its own: what the other commands need is most of an idle worker's memory
const command = isWorker ? (await import('./cli/worker.ts')).worker : (await import('./cli/cli.ts')).cli
const { onStrayErrorsOtherwise } = await import('./stray-errors.ts')
const { describeStrayError } = await import('./cli/describe-error.ts')
// where there is no run that could say so; Node would end with 1, which says that a threshold broke
onStrayErrorsOtherwise((error) => {
  system.stderr.write(describeStrayError(error, system.env), () => system.exit(crashed))
})
const exitCode = await command(system)
system.settle(exitCode)
// whatever a load file left open must not keep the process; what was printed must be out first
system.stdout.write('', () => system.stderr.write('', () => system.exit(exitCode)))
