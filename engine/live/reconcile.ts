/**
 * Our books against the venue's. What an account held when the session began and the session never touched is its
 * baseline: the rest must be exactly ours, but for rounding.
 */

import type { Dec } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { type Exact, exact, exactOf, textOf } from './amounts.ts'
import type { VenueBalance, VenueMarket, VenuePosition } from './exchange.ts'

/** Amounts that aren't the session's, as text: by asset, or by symbol for positions of leveraged markets. */
export type Baseline = Readonly<Record<string, string>>

export interface Difference {
  /** `BTC`, `USD`; or a symbol, for a position of a leveraged market. */
  readonly what: string
  /** Instrument that it belongs to; -1 for the account's money. */
  readonly instrument: number
  readonly ours: string
  readonly venue: string
  readonly difference: string
}

export interface Books {
  readonly instruments: readonly Instrument[]
  readonly markets: readonly VenueMarket[]
  readonly held: (instrument: number) => Dec
  readonly cash: Dec
  readonly baseline: Baseline
}

export interface VenueBooks {
  readonly balances: readonly VenueBalance[]
  readonly positions: readonly VenuePosition[]
}

/** Money may differ by this much of a quote unit: venues round each trade's cost and fee in their own way. */
const MONEY_TOLERANCE = exact('0.01')

/** What the session's books can't be without its holdings: the venue's balances less what the session begins with. */
export function baselineOf(
  instruments: readonly Instrument[],
  { balances }: VenueBooks,
  cash: Dec,
  held: (instrument: number) => Dec,
): Baseline {
  const baseline: Record<string, string> = {}
  for (const { asset, total } of balances) {
    let amount = exact(total)
    for (const one of instruments)
      if (one.kind === 'spot' && one.base === asset) amount -= exactOf(held(one.id), one.qtyDec)
    if (asset === instruments[0]!.quote) amount -= exactOf(cash, instruments[0]!.quoteDec)
    if (amount !== 0n) baseline[asset] = textOf(amount)
  }
  return baseline
}

/** Where the books differ by more than rounding can explain. */
export function differences(books: Books, venue: VenueBooks): Difference[] {
  const found: Difference[] = []
  const { instruments, markets, held, baseline } = books
  const balance = (asset: string): Exact => exact(venue.balances.find((one) => one.asset === asset)?.total ?? '0')
  const add = (what: string, instrument: number, ours: Exact, theirs: Exact, tolerance: Exact): void => {
    const difference = theirs - ours
    if ((difference < 0n ? -difference : difference) <= tolerance) return
    found.push({ what, instrument, ours: textOf(ours), venue: textOf(theirs), difference: textOf(difference) })
  }
  for (const { id, kind, base, symbol, qtyDec } of instruments) {
    const tolerance = larger(exact(markets[id]?.step ?? '0'), exactOf(10 as Dec, qtyDec))
    const ours = exactOf(held(id), qtyDec)
    if (kind === 'spot') add(base, id, ours + exact(baseline[base] ?? '0'), balance(base), tolerance)
    else {
      const position = venue.positions.find((one) => one.symbol === symbol)
      add(symbol, id, ours + exact(baseline[symbol] ?? '0'), exact(position?.quantity ?? '0'), tolerance)
    }
  }
  const { quote, quoteDec } = instruments[0]!
  // On margin, money and unrealised profit are one figure, and funding moves it: positions are what is compared.
  if (instruments.every(({ kind }) => kind === 'spot')) {
    add(quote, -1, exactOf(books.cash, quoteDec) + exact(baseline[quote] ?? '0'), balance(quote), MONEY_TOLERANCE)
  }
  return found
}

function larger(a: Exact, b: Exact): Exact {
  if (a > b) return a
  return b
}

/** The report of a halt, for people. */
export function haltReport(code: string, text: string, found: readonly Difference[], atMs: number): string {
  const lines = [`# Halted: ${code}`, '', `${new Date(atMs).toISOString()} · ${text}`, '']
  if (found.length > 0) {
    lines.push('| what | our books | the venue | difference |', '|---|---|---|---|')
    for (const one of found) lines.push(`| ${one.what} | ${one.ours} | ${one.venue} | ${one.difference} |`)
    lines.push(
      '',
      'Nothing was sent. Look at the account on the exchange, then start the session again with one of',
      '',
      '- `--adopt`: the difference is taken into our books; the session goes on with it',
      '- `--ignore`: the difference belongs to someone else; the session goes on as if it were not there',
      '- `--flatten`: what our books hold is closed at market, and no entry follows until the session is started again',
    )
  }
  return `${lines.join('\n')}\n`
}
