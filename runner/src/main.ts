#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
const { realSystem } = await import('./system.ts')
const system = realSystem()
// a worker has a door of its own: what the other commands need is most of an idle worker's memory
const isWorker = system.args[0] === 'worker'
const command = isWorker ? (await import('./cli/worker.ts')).worker : (await import('./cli/cli.ts')).cli
const { onStrayErrorsOtherwise } = await import('./users/stray-errors.ts')
const { describeStrayError } = await import('./cli/describe-error.ts')
const { exitCodes } = await import('./errors.ts')
const { workerExitCodes } = await import('./worker/exit-codes.ts')
// where there is no run that could say so; Node would end with 1, which says that a threshold broke
onStrayErrorsOtherwise((error) => {
  system.stderr.write(describeStrayError(error, system.env), () =>
    system.exit(isWorker ? workerExitCodes.crashed : exitCodes.broken),
  )
})
const exitCode = await command(system)
// whatever a load file left open must not keep the process; what was printed must be out first
system.stdout.write('', () => system.stderr.write('', () => system.exit(exitCode)))
