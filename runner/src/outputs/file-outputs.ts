import { prepareFile } from './output-files.ts'

interface FileOutputRow {
  /** Of the flag, on the command line; left out: the flag is declared with a command of its own. */
  help?: string
  /** The argument names the beginning of several files, which these end. */
  files?: readonly string[]
  extension: string
  /** How a file of ours begins, so that a result of an earlier run is known where its name does not say so. */
  begins: RegExp
  /** A reader takes the run's verdict from it. */
  tellsVerdict: boolean
}

/** What is behind the prefix of a CSV file. */
export const csvNames = ['stats', 'stats_history', 'failures', 'exceptions'] as const

/** Every output that writes files: the flag `--NAME FILE`, and what the command line has to know of its files. `outputs.ts` makes them. */
export const fileOutputs = {
  json: {
    help: 'write the whole result as JSON',
    extension: '.json',
    begins: /^\{\s*"katydid"/,
    tellsVerdict: true,
  },
  csv: {
    help: "write four CSV files with Locust's columns",
    files: csvNames.map((name) => `${name}.csv`),
    extension: '.csv',
    begins: /^(Type,Name|Timestamp,User|Method,Name|Count,Message)/,
    tellsVerdict: false,
  },
  junit: {
    help: 'write a JUnit report with a test case for each threshold',
    extension: '.xml',
    begins: /^<\?xml[^>]*>\s*<testsuites/,
    tellsVerdict: true,
  },
  html: {
    help: 'write a report for people: one HTML page that needs no network',
    extension: '.html',
    begins: /^<!doctype html>/i,
    tellsVerdict: true,
  },
  // any other file in its place is refused: it may be all that there is of a run
  checkpoint: { extension: '', begins: /^\{"token":/, tellsVerdict: false },
} satisfies Record<string, FileOutputRow>

export type FileOutput = keyof typeof fileOutputs

/** The files that a command line asks for, as it names them. */
export type AskedFiles = { [Name in FileOutput]?: string | undefined }

/** Those that have a row here, with their names. */
export const fileOutputRows = Object.entries(fileOutputs) as [FileOutput, FileOutputRow][]

/** A file that was asked for. */
export interface AskedFile extends FileOutputRow {
  name: FileOutput
  /** As messages name it: `--json`. */
  flag: string
  /** As the command line has it. */
  path: string
}

export function askedFiles(asked: AskedFiles): AskedFile[] {
  return fileOutputRows.flatMap(([name, row]) => {
    const path = asked[name]
    if (path === undefined) return []
    const paths = row.files?.map((end) => `${path}_${end}`) ?? [path]
    return paths.map((each) => ({ ...row, name, flag: `--${name}`, path: each }))
  })
}

/** Paths of the files of a run's results; a checkpoint is none. Throws a KatydidError for one that cannot be written. */
export function resultFiles({ checkpoint: _, ...asked }: AskedFiles, cwd: string): string[] {
  return prepared(askedFiles(asked), cwd)
}

/** Paths of those that tell the verdict. Throws a KatydidError for one that cannot be written. */
export function verdictFiles(asked: AskedFiles, cwd: string): string[] {
  return prepared(
    askedFiles(asked).filter(({ tellsVerdict }) => tellsVerdict),
    cwd,
  )
}

function prepared(files: readonly AskedFile[], cwd: string): string[] {
  return files.map(({ path, flag }) => prepareFile(path, flag, cwd).path)
}
