/** A finding is one line, and what user code threw may have many. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s*[\n\r]\s*/g, ' ')
}
