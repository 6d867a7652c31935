/** A threshold's finding in its two halves: what was to hold, and what was measured. */
export function thresholdHalves(text: string): { threshold: string; measured: string } {
  const end = text.lastIndexOf(': ')
  return end < 0 ? { threshold: text, measured: '' } : { threshold: text.slice(0, end), measured: text.slice(end + 2) }
}
