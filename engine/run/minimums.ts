/**
 * The file of learned minimums (RULES B2), beside the candles of the store. What trades live tells it of each lesson;
 * a simulation reads it only where its run file says `rules.learnedMinimums: stored`, and never writes it.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TandemError } from '../core/errors.ts'
import type { LearnedMinimum } from '../core/minimum.ts'
import { replaceFile, withFileLock } from '../live/file-lock.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import type { ResolvedConfig } from './config/index.ts'

const decimal = z.string().regex(/^\d{1,15}(\.\d{1,20})?$/, 'expected a decimal number in quotes, such as "2.5"')

const fileSchema = z.strictObject({
  format: z.literal(1),
  minimums: z.array(
    z.strictObject({
      venue: z.string().min(1),
      symbol: z.string().min(1),
      minimumQuote: decimal,
      origin: z.enum(['configured', 'named', 'inferred', 'accepted']),
      sizeQuote: decimal.nullable(),
      atMs: z.int().nullable(),
    }),
  ),
})

export class MinimumsFile {
  readonly path: string

  constructor(store: string) {
    this.path = join(store, 'learned-minimums.json')
  }

  /** All, by venue and symbol; none where there is no file. Throws `BAD_MINIMUMS` for a file that isn't one. */
  list(): readonly LearnedMinimum[] {
    const text = this.read()
    if (text === null) return []
    const parsed = fileSchema.safeParse(this.json(text))
    if (parsed.success) return parsed.data.minimums
    const issue = parsed.error.issues[0]!
    throw this.bad(`${issue.path.join('.')}: ${issue.message}`)
  }

  /**
   * Keeps one lesson, in place of an earlier one of the pair; on disk when it returns. One that is older than what is
   * known changes nothing: a restarted session learns its past again. A `TellMinimum`.
   */
  readonly record = (learned: LearnedMinimum): void => {
    this.change((all) => {
      const known = all.find((one) => one.venue === learned.venue && one.symbol === learned.symbol)
      if (known !== undefined && (known.atMs ?? 0) > (learned.atMs ?? Number.POSITIVE_INFINITY)) return all
      const others = all.filter((one) => one.venue !== learned.venue || one.symbol !== learned.symbol)
      return [...others, learned]
    })
  }

  /** Forgets one pair, one venue, one symbol everywhere, or everything. Returns what was forgotten. */
  reset(venue: string | null, symbol: string | null): readonly LearnedMinimum[] {
    const meant = (one: LearnedMinimum): boolean =>
      (venue === null || one.venue === venue) && (symbol === null || one.symbol === symbol)
    if (!this.list().some(meant)) return []
    let forgotten: readonly LearnedMinimum[] = []
    this.change((all) => {
      forgotten = all.filter(meant)
      return all.filter((one) => !meant(one))
    })
    return forgotten
  }

  private read(): string | null {
    try {
      return readFileSync(this.path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw this.bad((error as Error).message, error)
    }
  }

  private json(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw this.bad('this is no JSON', error)
    }
  }

  private bad(message: string, cause?: unknown): TandemError {
    const hint = 'mend it, or remove it: what venues refuse is learned again'
    return new TandemError(message, { code: 'BAD_MINIMUMS', where: this.path, hint, cause })
  }

  /** One process at a time, so that no lesson of another is lost; a reader or a crash sees the old file or the new one. */
  private change(work: (all: readonly LearnedMinimum[]) => readonly LearnedMinimum[]): void {
    try {
      withFileLock(this.path, () => {
        const minimums = [...work(this.list())].sort((a, b) => compare(a.venue, b.venue) || compare(a.symbol, b.symbol))
        replaceFile(this.path, `${JSON.stringify({ format: 1, minimums }, null, 2)}\n`)
      })
    } catch (cause) {
      if (cause instanceof TandemError) throw cause
      const hint = 'name a writable store with free space'
      throw new TandemError((cause as Error).message, { code: 'MINIMUMS_NOT_WRITABLE', where: this.path, hint, cause })
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * The configuration with stored minimums written out as a list: what the run computes then stands in its own
 * configuration, whatever the file becomes. Only those of the run's venues and symbols are taken.
 */
export function writeOutMinimums(config: ResolvedConfig, store: string): ResolvedConfig {
  if (config.rules.learnedMinimums !== 'stored') return config
  const venues = [...config.venues, config.data.venue]
  const learnedMinimums = new MinimumsFile(store)
    .list()
    .filter(({ venue, symbol }) => venues.includes(venue) && config.data.symbols.includes(symbol))
    .map(({ venue, symbol, minimumQuote }) => ({ symbol, venue, minimum: Number(minimumQuote) }))
  return { ...config, rules: { ...config.rules, learnedMinimums } }
}

/** Names the minimums that a run began with, for its digest of inputs; null for none. */
export function minimumsHash(learned: readonly LearnedMinimum[]): string | null {
  return learned.length === 0 ? null : sha256Hex(canonicalJson(learned))
}
