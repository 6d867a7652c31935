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
    .description('start the demo shop, a small web shop to try load files on')
    .option('-p, --port <port>', 'port; 0 takes a free one', '8000')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addOption(new Option('--latency <duration>', 'mean time an answer takes').default('5ms'))
    .addOption(new Option('--error-rate <ratio>', 'share of answers that are errors').default('0'))
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
