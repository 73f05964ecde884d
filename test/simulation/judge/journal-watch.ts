/**
 * The journal as the disk has it: records that would outlive the machine. Read by the judge itself, so that what live
 * code believes to have written plays no part.
 */

export interface WatchedRecord {
  readonly seq: number
  readonly kind: string
  readonly body: Readonly<Record<string, unknown>>
  /** As it is written. */
  readonly line: string
}

export class JournalWatch {
  readonly records: WatchedRecord[] = []
  private readonly durable: () => Buffer | null
  private at = 0

  constructor(durable: () => Buffer | null) {
    this.durable = durable
  }

  /** Reads on; `told` hears of each new record. */
  follow(told: (record: WatchedRecord) => void): void {
    const bytes = this.durable()
    if (bytes === null || bytes.length < this.at) {
      // Cut back after a crash: what was durable can't be among it, which `durableLost` looks at.
      if (bytes !== null) this.at = bytes.lastIndexOf(10, bytes.length - 1) + 1
      return
    }
    for (let end = bytes.indexOf(10, this.at); end >= 0; end = bytes.indexOf(10, this.at)) {
      const line = bytes.toString('utf8', this.at, end)
      const record = { ...(JSON.parse(line) as Omit<WatchedRecord, 'line'>), line }
      this.at = end + 1
      this.records.push(record)
      told(record)
    }
  }
}
