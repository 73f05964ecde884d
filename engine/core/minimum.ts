/** What a venue's refusals have taught about a pair (RULES B2), as plain data: listed, persisted, named by run files. */

/** Where a learned minimum comes from: configuration, a venue's own number, our inference, or an accepted order. */
export type MinimumOrigin = 'configured' | 'named' | 'inferred' | 'accepted'

/** A learned minimum as it is listed and persisted; amounts as decimal texts, free of any run's scale. */
export interface LearnedMinimum {
  readonly venue: string
  readonly symbol: string
  readonly minimumQuote: string
  readonly origin: MinimumOrigin
  /** The size that was refused (or, for `accepted`, taken); null where configured. */
  readonly sizeQuote: string | null
  /** Logical time of the lesson, ms UTC; null where configured. */
  readonly atMs: number | null
}

/** The port through which a run tells of each lesson as it is learned. A simulation has none: its lessons end with it. */
export type TellMinimum = (learned: LearnedMinimum) => void

/** Whether two lists say the same of each pair, in whatever order and however their amounts are written. */
export function sameMinimums(a: readonly LearnedMinimum[], b: readonly LearnedMinimum[]): boolean {
  const said = (all: readonly LearnedMinimum[]): string =>
    JSON.stringify(all.map((one) => [one.venue, one.symbol, Number(one.minimumQuote), one.origin, one.atMs]).sort())
  return said(a) === said(b)
}
