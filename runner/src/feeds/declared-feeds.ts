import { openLocalRows } from './local-rows.ts'
import type { FeedSpec, RowSource } from './row-source.ts'

/** What a feed lets its surroundings do. */
interface DeclaredFeed {
  prepare(): Promise<void>
  close(): Promise<void>
}

/** The feeds of the one load file in this process, and where their files and rows come from. */
const feeds = new Set<DeclaredFeed>()
let folder: string | undefined
let openRows: (spec: FeedSpec) => RowSource = openLocalRows

export function setFeedFolder(path: string | undefined): void {
  folder = path
}

export function feedFolder(): string | undefined {
  return folder
}

/** Has rows come from elsewhere than files of this machine: a worker leases them from its master. */
export function setRowSource(open: ((spec: FeedSpec) => RowSource) | undefined): void {
  openRows = open ?? openLocalRows
}

/** Opens the rows of a newly declared feed. */
export function rowsOf(spec: FeedSpec): RowSource {
  return openRows(spec)
}

export function noteFeed(feed: DeclaredFeed): void {
  feeds.add(feed)
}

/**
 * Reads the first rows of every feed declared so far, so that a mistake shows before the first user, who then need not wait.
 *
 * @throws KatydidError FEED
 */
export async function prepareFeeds(): Promise<void> {
  for (const feed of feeds) await feed.prepare()
}

/** Closes their files, and forgets them: at the end of a run, and before another load file. */
export async function forgetFeeds(): Promise<void> {
  const all = [...feeds]
  feeds.clear()
  await Promise.all(all.map((feed) => feed.close()))
}
