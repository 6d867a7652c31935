import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { KatydidError } from '../errors.ts'
import type { Output } from './output.ts'
import { send, webUrl } from './send.ts'

export interface UploadOptions {
  /** A presigned URL (S3, GCS) or one with a SAS token (Azure Blob): who has it may write there, so its query is a secret. */
  url: URL
  /** What to send, as far as it is there by then. */
  files: readonly string[]
  onDone(text: string): void
  /** The files are still where they were written: that is no reason to trust the run less. */
  onFailed(text: string): void
  /** ms; for tests. */
  pauses?: readonly number[]
}

const tryMs = 25_000
const defaultPauses = [1_000, 4_000]

/** Sends the files of a run, as one .tar.gz, by HTTP PUT, once they are written and before anybody is told the verdict. */
export class UploadOutput implements Output {
  readonly name = 'upload'
  readonly after = 'files'
  readonly finishMs = 60_000
  readonly #options: UploadOptions

  constructor(options: UploadOptions) {
    this.#options = options
  }

  async finish(): Promise<void> {
    const { url, files, onDone, onFailed, pauses = defaultPauses } = this.#options
    const body = await archive(files.filter((path) => existsSync(path)))
    const failure = await send({
      ...{ url, method: 'PUT', body, tryMs, pauses, tooLong: `no answer in ${tryMs / 1_000} s` },
      headers: {
        'content-type': 'application/gzip',
        // Azure wants to know what kind of blob; to others an x-ms header would be one that was not signed
        ...(url.searchParams.has('sv') && url.searchParams.has('sig') ? { 'x-ms-blob-type': 'BlockBlob' } : {}),
      },
    })
    if (failure === undefined) {
      onDone(`results uploaded to ${shown(url)}: ${body.length} bytes`)
      return
    }
    const hint = 'a presigned URL must allow PUT, and must still be valid when the run ends'
    onFailed(`cannot upload the results to ${shown(url)}: ${failure} (${hint})`)
  }
}

/** Throws a KatydidError for what is no URL to PUT to. */
export function uploadUrl(text: string): URL {
  const url = webUrl(text)
  if (url) return url
  throw new KatydidError('USAGE', 'KATYDID_UPLOAD_URL is not a URL to upload results to', {
    hint: 'use a presigned URL (S3, GCS), or a URL with a SAS token (Azure Blob): https://…',
  })
}

/** Without the query, which is as good as a password. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`
}

/** By their own names, without folders. */
async function archive(files: readonly string[]): Promise<Buffer> {
  const { create } = await import('tar')
  const chunks: Buffer[] = []
  const folders = new Set(files.map((path) => dirname(path)))
  const [folder = '.', ...others] = folders
  // where they are in several folders, their whole paths tell them apart
  const names = others.length === 0 ? files.map((path) => basename(path)) : [...files]
  for await (const chunk of create({ gzip: true, portable: true, cwd: folder }, names)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
