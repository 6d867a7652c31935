/**
 * Loaded into every test process: a test that failed may have left a server open, and a process that never ends would hold up a pipeline
 * for hours. (`--test-force-exit` is no way: it cuts off what has not been reported yet.)
 */
import { after } from 'node:test'

const graceMs = 60_000

if (process.env.NODE_TEST_CONTEXT !== undefined)
  after(() => {
    setTimeout(() => {
      console.error(`${process.argv[1]}: something is still open ${graceMs / 1_000} s after its last test`)
      process.exit(1)
    }, graceMs).unref()
  })
