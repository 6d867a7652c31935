const maxLength = 80

/** A value as an error sentence shows it: JSON-like, on one line, not longer than a line. */
export function quote(value: unknown): string {
  const text = typeof value === 'number' || value === undefined ? String(value) : json(value)
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
