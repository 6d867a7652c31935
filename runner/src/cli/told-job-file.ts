import { readFile } from 'node:fs/promises'
import type { ToldJob } from '../master/http/verdict-jobs.ts'
import { prepareFile, writeWhole } from '../outputs/output-files.ts'

/** Beside the checkpoint: which Job was told the verdict of the run that is saved there. */
export interface ToldJobFile {
  /** Undefined where nobody was told, or the file is of another run. */
  read(): Promise<ToldJob | undefined>
  /** Throws a KatydidError. */
  write(told: ToldJob): Promise<void>
}

export function toldJobFile(checkpoint: string, token: string, cwd: string): ToldJobFile {
  const file = prepareFile(`${checkpoint}.told`, '--checkpoint', cwd)
  return {
    async read() {
      const text = await readFile(file.path, 'utf8').catch(() => '{}')
      try {
        const saved = JSON.parse(text) as Partial<ToldJob & { token: string }>
        if (saved.token !== token || typeof saved.job !== 'string' || typeof saved.at !== 'string') return undefined
        return { job: saved.job, at: saved.at }
      } catch {
        return undefined
      }
    },
    write: (told) => writeWhole(file, JSON.stringify({ token, ...told })),
  }
}
