/** Runs inside the image, by `node --eval`: says what is in it as JSON. It can import only what Node has. */
import { lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export interface Contents {
  /** Shells and package managers. */
  shells: string[]
  typescript: string[]
  setuid: string[]
  /** Executables and libraries of packages, with their ELF machine number (0: no ELF, so of another system). */
  native: { path: string; machine: number }[]
  nodeMachine: number
  bytes: number
  /** Each file by itself: a little more than a layer has. */
  compressedBytes: number
  uid: number
}

const shell = /^(sh|bash|dash|ash|busybox|apt|apt-get|dpkg|npm|npx|corepack|yarn)$/
/** Mounted into every container. */
const mounted = new Set(['/proc', '/sys', '/dev', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/run/secrets'])
const contents: Contents = {
  shells: [],
  typescript: [],
  setuid: [],
  native: [],
  nodeMachine: machineOf(process.execPath),
  bytes: 0,
  compressedBytes: 0,
  uid: process.getuid?.() ?? 0,
}

function machineOf(path: string): number {
  const head = Buffer.alloc(20)
  readSync(openSync(path, 'r'), head, 0, 20, 0)
  return head.toString('latin1', 1, 4) === 'ELF' ? head.readUInt16LE(18) : 0
}

/** At a file or a link. */
function look(path: string, name: string): void {
  const stat = lstatSync(path)
  if (shell.test(name)) contents.shells.push(path)
  if (!stat.isFile()) return
  if (/\.[mc]?ts$/.test(name)) contents.typescript.push(path)
  if ((stat.mode & 0o6000) !== 0) contents.setuid.push(path)
  if (/\.(node|dll|dylib|exe)$/.test(name) || /\/@esbuild\/.*\/bin\//.test(path))
    contents.native.push({ path, machine: machineOf(path) })
  contents.bytes += stat.size
  contents.compressedBytes += gzipSync(readFileSync(path)).length
}

function walk(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (mounted.has(path)) continue
    if (entry.isDirectory()) walk(path)
    else look(path, entry.name)
  }
}

walk('/')
console.log(JSON.stringify(contents))
