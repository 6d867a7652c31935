import { KatydidError } from '../errors.ts'
import { fileOutputRows, resultFiles } from '../outputs/file-outputs.ts'
import type { Output } from '../outputs/output.ts'
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
    throw new KatydidError('USAGE', 'KATYDID_UPLOAD_URL is set, but there is no result file to upload', {
      hint: `set one or more of ${flagList()}`,
    })
  return [new UploadOutput({ url, files, ...told })]
}

/** `--json FILE, --csv PREFIX, …` */
function flagList(): string {
  const shown = fileOutputRows.filter(([, { help }]) => help)
  return shown.map(([name, { files }]) => `--${name} ${files ? 'PREFIX' : 'FILE'}`).join(', ')
}
