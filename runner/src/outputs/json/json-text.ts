/** Indented for people who look into it, but with a list of numbers on one line. No text has a line break of its own in JSON. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2)
  return `${text.replace(/\[\n[\s\d.,eE+-]+\]/g, (list) => list.replace(/\s+/g, ''))}\n`
}
