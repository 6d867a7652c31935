/** A text for XML, in an element or in an attribute. Characters that XML 1.0 has no way to say are shown as U+FFFD. */
export function escapeXml(text: string): string {
  return text.toWellFormed().replace(unsafe, (character) => entities[character] ?? '\uFFFD')
}

/** ` name="value"` for each; those without a value are left out. */
export function xmlAttributes(attributes: Record<string, string | number | undefined>): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what may not be in XML
const unsafe = /[&<>"'\n\r\t]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // a parser turns these into spaces in attributes unless they are written so
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}
