import type { FeedSpec } from './row-source.ts'

/** What names a feed in every process of a run, wherever its file is there. */
export function feedKey({ shown, format, delimiter, mode, onEnd, encoding }: FeedSpec): string {
  return JSON.stringify([shown, format, delimiter, mode, onEnd, encoding])
}

/** How a person would recognize the feed of a key: its file, and how it is used, since one file may be several feeds. */
export function shownIn(key: string): string {
  try {
    const [shown, , , mode, onEnd] = JSON.parse(key)
    return `${shown} (${mode}, ${onEnd})`
  } catch {
    return key.slice(0, 100)
  }
}
