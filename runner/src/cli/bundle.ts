import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { KatydidError } from '../errors.ts'
import type { System } from '../system.ts'

interface BundleFlags {
  output?: string
  plain?: boolean
}

/**
 * The most that `loadFile.content` of the chart may have, bytes. Helm keeps a release in a Secret of 1 MiB at most, and the load file is in it twice: in the
 * values and in the ConfigMap. The rest is for the chart itself and for other values: test/chart/load-file.test.ts measures it.
 */
export const mostInlineBytes = 430 * 1024

/** `katydid bundle`: a load file and all that it imports as one small file, for another machine. */
export function build(system: System, _done: (exitCode: number) => void): Command {
  return new Command('bundle')
    .description('make one small file of a load file and all that it imports, for the chart or another machine')
    .argument('<file>', 'load file (TypeScript or JavaScript)')
    .option('-o, --output <file>', 'write to this file; default: standard output')
    .option('--plain', 'write JavaScript that people can read; default: compressed (gzip, then base64)')
    .action(async (file: string, { output, plain = false }: BundleFlags) => {
      const { compile } = await import('../loadfile/compile.ts')
      const { compress } = await import('../loadfile/compressed.ts')
      const { code, warnings, externals } = await compile(file, { cwd: system.cwd(), portable: true })
      const native = Object.keys(externals)
      if (native.length > 0)
        throw new KatydidError(
          'LOAD_FILE',
          `${native.join(', ')} cannot be part of a bundle: it contains compiled code`,
          {
            hint: 'build your own image with the load file and its packages (FROM katydid)',
          },
        )
      for (const warning of warnings) system.stderr.write(`${warning}\n`)
      const text = plain ? code : compress(code)
      if (output === undefined) system.stdout.write(text)
      else await write(resolve(system.cwd(), output), text)
      system.stderr.write(`${output ?? file}: ${sizes(code, text)}\n`)
      const advice = tooLarge(code, text)
      if (advice !== undefined) system.stderr.write(`katydid: ${advice}\n`)
    })
}

const kib = (text: string) => `${(Buffer.byteLength(text) / 1024).toFixed(1)} KiB`

function sizes(code: string, text: string): string {
  return code === text ? `${kib(code)} of JavaScript` : `${kib(text)} compressed (${kib(code)} of JavaScript)`
}

function tooLarge(code: string, text: string): string | undefined {
  if (Buffer.byteLength(text) <= mostInlineBytes) return undefined
  const limit = `more than the limit of ${mostInlineBytes / 1024} KiB for loadFile.content of the chart`
  return code === text
    ? `${kib(text)} is ${limit}: remove --plain to compress the file`
    : `${kib(text)} is ${limit}: put the file into an image, into a ConfigMap of your own (loadFile.configMaps, 1 MiB at most), or on a volume (pods.master.volumes)`
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new KatydidError('USAGE', `cannot write ${path}: ${code ?? message}`)
  }
}
