import { KatydidError } from '../errors.ts'
import type { Output } from '../outputs/output.ts'
import { resultFiles } from '../outputs/result-files.ts'
import { type UploadOptions, UploadOutput, uploadUrl } from '../outputs/upload.ts'
import { addRedaction } from '../secrets/redactions.ts'
import type { System } from '../system.ts'
import type { ReportFlags } from './report-flags.ts'

/** Sends the result files where KATYDID_UPLOAD_URL says, if it says anything. */
export function uploads(
  system: System,
  flags: ReportFlags,
  told: Pick<UploadOptions, 'onDone' | 'onFailed'>,
): Output[] {
  const text = system.env.KATYDID_UPLOAD_URL
  if (text === undefined || text === '') return []
  const url = uploadUrl(text)
  addRedaction(text)
  addRedaction(url.search)
  const files = resultFiles(flags, system.cwd())
  if (files.length === 0)
    throw new KatydidError('USAGE', 'KATYDID_UPLOAD_URL is set, and there is nothing to upload', {
      hint: 'say which results to write: --json FILE, --csv PREFIX, --junit FILE, --html FILE',
    })
  return [new UploadOutput({ url, files, ...told })]
}
