const maxLength = 80

/** A value as an error sentence shows it: JSON-like, on one line, not longer than a line, and without the password of what was to be a URL. */
export function quote(value: unknown): string {
  const whole = typeof value === 'number' || value === undefined ? String(value) : json(value)
  const text = whole.replace(/(\/\/|:(?!\/\/))[^"\s]*@/g, '$1…@')
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
