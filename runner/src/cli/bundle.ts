import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { KatydidError } from '../errors.ts'
import { formatBytes } from '../stats/format.ts'
import type { System } from '../system.ts'

interface BundleFlags {
  output?: string
}

/** What the chart takes in a ConfigMap, bytes: an object of etcd's may have 1 MiB, and Helm keeps the release beside it. */
export const mostInlineBytes = 430 * 1024

/** `katydid bundle`: a load file and all that it imports as one small JavaScript file, for another machine. */
export function build(system: System, _done: (exitCode: number) => void): Command {
  return new Command('bundle')
    .description(
      'make one small JavaScript file of a load file and all that it imports, for the chart or another machine',
    )
    .argument('<file>', 'load file (TypeScript or JavaScript)')
    .option('-o, --output <file>', 'where to write it; left out: to standard output')
    .action(async (file: string, { output }: BundleFlags) => {
      const { compile } = await import('../loadfile/compile.ts')
      const { code, warnings, externals } = await compile(file, { cwd: system.cwd(), portable: true })
      const native = Object.keys(externals)
      if (native.length > 0)
        throw new KatydidError('LOAD_FILE', `${native.join(', ')} cannot be part of a bundle: compiled code is in it`, {
          hint: 'put load file and packages into an image of your own, FROM katydid',
        })
      for (const warning of warnings) system.stderr.write(`${warning}\n`)
      const bytes = Buffer.byteLength(code)
      if (output === undefined) system.stdout.write(code)
      else await write(resolve(system.cwd(), output), code)
      system.stderr.write(`${output ?? file}: ${formatBytes(bytes)}\n`)
      if (bytes > mostInlineBytes)
        system.stderr.write(
          `katydid: the chart takes no more than ${mostInlineBytes / 1024} KiB as loadFile.content: put the file into an image, into ConfigMaps of your own, or on a volume\n`,
        )
    })
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new KatydidError('USAGE', `${path} cannot be written: ${code ?? message}`)
  }
}
