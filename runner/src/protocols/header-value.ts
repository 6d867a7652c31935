import { kindOf, RequestTypeError } from './request-error.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header must not have
const controls = /[\0-\x08\x0a-\x1f\x7f]/
const beyondLatin1 = /[\u0100-\uffff]/
const hint = 'use letters, digits and dashes in names, and only Latin-1 characters without line breaks in values'

/** A value that can stand in a header; throws RequestTypeError for line breaks, and for what is not Latin-1 unless it will be encoded. */
export function checkHeaderValue(name: string, value: string, encoded = false): string {
  if (!controls.test(value) && (encoded || !beyondLatin1.test(value))) return value
  throw cannotBeSent(name)
}

/** The text of what a header was given. */
export function headerText(name: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return checkHeaderValue(name, value)
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value)
  }
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return checkHeaderValue(name, value.join(name === 'cookie' ? '; ' : ', '))
  throw new RequestTypeError(
    `the header ${JSON.stringify(name)} cannot be sent: it is ${kindOf(value)}`,
    'give text, a number or a list of texts',
  )
}

export function cannotBeSent(name: string): RequestTypeError {
  return new RequestTypeError(`the header ${JSON.stringify(name)} cannot be sent`, hint)
}
