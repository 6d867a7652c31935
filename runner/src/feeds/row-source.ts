/**
 * @internal Where a feed's rows come from: on one machine the file itself, in a cluster the master, who leases blocks of rows to workers so
 * that none is handed out twice.
 */
export interface RowSource<Row = unknown> {
  /** When rows may be asked for that nobody wants yet; left out: `always`. */
  readonly readAhead?: ReadAhead

  /** The next rows, up to so many and at least one; none means that they are used up. Not to be called twice at a time. */
  lease(count: number): Promise<readonly Row[]>
  /** Shows mistakes before the first user, where rows may not be asked for so early. */
  prepare?(): Promise<void>
  /** How many rows there were for all who take them, once none is left; left out: as many as were leased here. */
  readonly given?: number | undefined
  close(): Promise<void>
}

/**
 * @internal `always`: before the first user, too. `in use`: once somebody has wanted one. `in haste`: where users take one after the other without a
 * pause; what they leave is lost for others. `never`: as many as are wanted.
 */
export type ReadAhead = 'always' | 'in use' | 'in haste' | 'never'

/** Everything that says which rows a feed hands out: plain data, so that a worker can ask a master for them. */
export interface FeedSpec {
  /** Absolute path. */
  file: string
  /** As the load file names it, for messages. */
  shown: string
  format: 'csv' | 'jsonl' | 'json'
  /** Of CSV: one character. */
  delimiter: string
  /** Somebody said so: otherwise a first row that looks like another one is refused. */
  delimiterStated: boolean
  /** As the Encoding Standard calls it; a byte order mark in the file goes before it. */
  encoding: string
  mode: FeedMode
  onEnd: OnEnd
  /** Somebody said so: a run that ends with its rows then ends on purpose. */
  onEndStated: boolean
}

export type FeedMode = 'unique' | 'sequential' | 'random'
export type OnEnd = 'stop' | 'recycle' | 'fail'
