import { flushCompileCache } from 'node:module'
import { openTarget, type TargetControl, type TargetOptions } from './server.ts'

// The target's own process: started by `startTarget`, spoken to over IPC, gone with its parent.
const target = await openTarget(JSON.parse(process.argv[2] ?? '{}') as TargetOptions)

process.on('message', ({ id, method, args }: { id: number; method: keyof TargetControl; args: number[] }) => {
  const call = target[method] as (...args: number[]) => unknown
  process.send!({ id, result: call(...args) })
})
process.on('disconnect', () => process.exit(0))
process.send!({ ready: { url: target.url, port: target.port } })
// where there is a cache: this process is killed, and would leave nothing in it
flushCompileCache()
