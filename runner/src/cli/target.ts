import { Command, Option } from 'commander'
import { parseDuration } from '../plan/duration.ts'
import type { System } from '../system.ts'

interface TargetFlags {
  port: string
  host: string
  latency: string
  errorRate: string
}

/** `katydid target`: the demo shop, in its own process, until a signal. */
export function build(system: System, done: (exitCode: number) => void): Command {
  return new Command('target')
    .description('start the demo shop, a small web shop for trying out load files')
    .option('-p, --port <port>', 'port. 0 chooses a free port', '8000')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(new Option('--latency <duration>', 'mean response time').default('5ms'))
    .addOption(new Option('--error-rate <ratio>', 'share of responses that are errors: 1%, 0.05').default('0'))
    .action(async (flags: TargetFlags) => {
      const { startShop } = await import('../target/shop.ts')
      const { parseRatio } = await import('../plan/ratio.ts')
      const shop = await startShop({
        port: Number(flags.port),
        host: flags.host,
        latencyMs: parseDuration(flags.latency),
        errorRatio: parseRatio(flags.errorRate),
      })
      system.stdout.write(`demo shop at ${shop.url} (its own counts: ${shop.url}/__counts)\n`)
      await new Promise<void>((resolve) => {
        const stopListening = system.onSignal(() => {
          stopListening()
          resolve()
        })
      })
      await shop.close()
      done(0)
    })
}
