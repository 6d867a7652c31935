import { CsvParser } from './csv-parser.ts'
import { JsonLinesParser } from './json-lines-parser.ts'
import type { RowParser } from './row-parser.ts'
import type { FeedSpec } from './row-source.ts'

/** The one for a feed's format. */
export function rowParser(spec: FeedSpec): RowParser {
  return spec.format === 'csv' ? new CsvParser(spec) : new JsonLinesParser(spec)
}
