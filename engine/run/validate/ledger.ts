/**
 * What was ever tried on a data set, and which sealed stretches were opened: an append-only file, one line of JSON a
 * record, so that the number of trials is honest across validations and a holdout can be opened once only.
 */

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { TandemError } from '../../core/errors.ts'

interface TrialsRecord {
  readonly kind: 'trials'
  readonly data: string
  /** Hash of configuration and strategy of each. */
  readonly configs: readonly string[]
}

interface HoldoutRecord {
  readonly kind: 'holdout'
  readonly data: string
  readonly fromMs: number
  readonly toMs: number
  readonly config: string
}

type LedgerRecord = TrialsRecord | HoldoutRecord

export class ValidationLedger {
  private readonly path: string
  private readonly records: LedgerRecord[]

  /** Reads what is there. Throws `BAD_LEDGER` naming the line. */
  constructor(path: string) {
    this.path = path
    this.records = existsSync(path) ? parse(readFileSync(path, 'utf8'), path) : []
  }

  /** Notes trials on a data set; returns how many different ones there were so far, these among them. */
  countTrials(data: string, configs: readonly string[]): number {
    const known = new Set(
      this.records.flatMap((one) => (one.kind === 'trials' && one.data === data ? one.configs : [])),
    )
    const fresh = [...new Set(configs)].filter((config) => !known.has(config))
    if (fresh.length > 0) this.append({ kind: 'trials', data, configs: fresh })
    return known.size + fresh.length
  }

  /**
   * Notes that a sealed stretch is opened for a configuration; returns for how many different ones any part of it has
   * been opened, this among them. The same configuration again sees nothing new.
   */
  openHoldout(data: string, fromMs: number, toMs: number, config: string): number {
    const before = this.openings(data, fromMs, toMs)
    if (!before.has(config)) this.append({ kind: 'holdout', data, fromMs, toMs, config })
    return new Set([...before, config]).size
  }

  /** Configurations for which any part of a stretch was opened. */
  openings(data: string, fromMs: number, toMs: number): ReadonlySet<string> {
    const overlapping = this.records.filter(
      (one): one is HoldoutRecord =>
        one.kind === 'holdout' && one.data === data && one.fromMs < toMs && one.toMs > fromMs,
    )
    return new Set(overlapping.map(({ config }) => config))
  }

  private append(record: LedgerRecord): void {
    mkdirSync(dirname(this.path), { recursive: true })
    const torn = existsSync(this.path) && !/(^|\n)$/.test(readFileSync(this.path, 'utf8').slice(-1))
    appendFileSync(this.path, `${torn ? '\n' : ''}${JSON.stringify(record)}\n`)
    this.records.push(record)
  }
}

function parse(text: string, path: string): LedgerRecord[] {
  const lines = text.split('\n')
  const records: LedgerRecord[] = []
  for (const [i, line] of lines.entries()) {
    if (line === '') continue
    try {
      records.push(JSON.parse(line) as LedgerRecord)
    } catch (cause) {
      // A line that was being written when the machine stopped recorded nothing.
      if (!line.endsWith('}')) continue
      throw new TandemError('this line is no record', {
        code: 'BAD_LEDGER',
        where: `${path}:${i + 1}`,
        hint: 'restore the file; without it the number of trials is not honest',
        cause,
      })
    }
  }
  return records
}
