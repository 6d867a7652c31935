const leastLength = 4
const secrets = new Set<string>()

/** Remembers a value that no log line and no output may show. Under four characters it is no secret, and would blot out everything. */
export function addRedaction(value: string): void {
  if (value.length >= leastLength) secrets.add(value)
}

/** A value as it is written, percent-encoded, and as it is meant. */
export function addEncodedRedaction(text: string): void {
  addRedaction(text)
  try {
    addRedaction(decodeURIComponent(text))
  } catch {
    // a percent sign may be one
  }
}

/** Everything to be kept out of logs and outputs: each secret as it is, and as JSON and URLs write it; the longest first. */
export function redactions(): string[] {
  const forms = [...secrets].flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])
  return [...new Set(forms)].sort((a, b) => b.length - a.length)
}

/** A text without them. */
export function redact(text: string): string {
  if (secrets.size === 0) return text
  let clean = text
  for (const value of redactions()) clean = clean.replaceAll(value, '[redacted]')
  return clean
}

export function forgetRedactions(): void {
  secrets.clear()
}
