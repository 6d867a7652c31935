#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
const { cli } = await import('./cli/cli.ts')
const { realSystem } = await import('./system.ts')
const system = realSystem()
const exitCode = await cli(system)
// whatever a load file left open must not keep the process; what was printed must be out first
system.stdout.write('', () => system.stderr.write('', () => system.exit(exitCode)))
