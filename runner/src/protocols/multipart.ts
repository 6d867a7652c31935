import { randomUUID } from 'node:crypto'
import { blobBody, type StreamedBody } from './streamed-body.ts'

/**
 * A form as multipart/form-data (RFC 7578), as browsers write it. Its files are read while they are sent, so that it is never held in
 * memory as a whole; its length is known all the same.
 */
export function multipart(form: FormData): { content: StreamedBody; contentType: string } {
  const boundary = `----katydid-${randomUUID()}`
  const parts: (Buffer | Blob)[] = []
  for (const [name, value] of form) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(lines(name))}"`
    if (typeof value === 'string') parts.push(Buffer.from(`${head}\r\n\r\n${lines(value)}\r\n`))
    else {
      const type = value.type === '' ? 'application/octet-stream' : value.type
      parts.push(Buffer.from(`${head}; filename="${escaped(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`))
      parts.push(value, Buffer.from('\r\n'))
    }
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  return { content: inTurn(parts), contentType: `multipart/form-data; boundary=${boundary}` }
}

function inTurn(parts: readonly (Buffer | Blob)[]): StreamedBody {
  return {
    length: parts.reduce((sum, part) => sum + (part instanceof Blob ? part.size : part.length), 0),
    repeatable: true,
    async *[Symbol.asyncIterator]() {
      for (const part of parts)
        if (part instanceof Blob) yield* blobBody(part)
        else yield part
    },
  }
}

/** Line ends of text are CRLF in a form. */
function lines(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n')
}

/** As the HTML standard has it: names go into quotes. */
function escaped(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}
