import { randomUUID } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { KatydidError } from '../errors.ts'

/** A file of an output: where it is, and what the user called it, for messages. */
export interface OutputFile {
  path: string
  /** `results/a.json (--json)` */
  shown: string
}

/** Makes its folder and sees that it can be written, so that a slip is told before any load. Throws a KatydidError. */
export function prepareFile(path: string, flag: string, cwd?: string): OutputFile {
  const file = { path: cwd === undefined ? resolve(path) : resolve(cwd, path), shown: `${path} (${flag})` }
  try {
    makeFolder(dirname(file.path))
    file.path = followLinks(file.path)
    if (isDirectory(file.path)) throw Object.assign(new Error(), { code: 'EISDIR' })
    if (exists(file.path)) accessSync(file.path, constants.W_OK)
    if (isReplaceable(file.path)) {
      const trial = besides(file.path)
      closeSync(openSync(trial, 'wx'))
      unlinkSync(trial)
    }
    return file
  } catch (error) {
    throw writeError(file, error)
  }
}

/**
 * Writes a file whole or not at all: into a neighbour first, which then takes its name, unless `signal` came before. What is not a file (a
 * device, a pipe) is written in place. Throws a KatydidError.
 */
export async function writeWhole(file: OutputFile, text: string, signal?: AbortSignal): Promise<void> {
  try {
    if (!isReplaceable(file.path)) return await writeTo(file.path, 'w', text)
    const neighbour = besides(file.path)
    try {
      await writeTo(neighbour, 'wx', text)
      signal?.throwIfAborted()
      await rename(neighbour, file.path)
    } catch (error) {
      await unlink(neighbour).catch(() => {})
      throw error
    }
  } catch (error) {
    throw writeError(file, error)
  }
}

/** As `writeWhole`, in the place of what it wrote before: that is gone where this cannot be written. */
export async function rewriteWhole(file: OutputFile, text: string, signal?: AbortSignal): Promise<void> {
  try {
    await writeWhole(file, text, signal)
  } catch (error) {
    if (isReplaceable(file.path)) await unlink(file.path).catch(() => {})
    throw error
  }
}

/** What the file system said, as a sentence. */
export function writeError(file: OutputFile, error: unknown): KatydidError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
  return new KatydidError('OUTPUT', `cannot write ${file.shown}: ${reasons[code] ?? 'it failed'} (${code})`, {
    hint:
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'free some space, or write to another folder'
        : 'use a file in a folder that you may write to',
    cause: error,
  })
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  ENOSPC: 'no space left',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EMFILE: 'too many open files',
  EIO: 'input/output error',
  ENAMETOOLONG: 'the file name is too long',
}

async function writeTo(path: string, flags: string, text: string): Promise<void> {
  const handle = await open(path, flags)
  try {
    await handle.writeFile(text)
  } finally {
    await handle.close()
  }
}

function besides(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`)
}

/** As `mkdir -p`. Node's own `recursive` never returns where a folder is refused with ENOENT, as /proc does. */
export function makeFolder(path: string): void {
  if (exists(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Where this is written: a link keeps pointing where it points, and its target is what is written. */
export function followLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // what it points to is not there yet
    const target = linkTarget(path)
    const end = target === undefined ? path : resolve(dirname(path), target)
    return join(realFolder(dirname(end)), basename(end))
  }
}

/** What a link says; undefined where there is none. */
function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined
  } catch {
    return undefined // nothing is there, or its way leads over a file: whoever writes to it says so
  }
}

function realFolder(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path // it is not there yet
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function isReplaceable(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true
}
