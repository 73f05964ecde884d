/**
 * A market floor: the markets of one protocol, their candles, and a desk for each account. Every desk sees the same
 * prices; nobody's orders move them, nor meet another's.
 */

import type { CandleSeries } from '../core/candles.ts'
import type { RulebookRecord } from '../core/dated.ts'
import { type Dec, decFromNumber, parseDec, Rounding, rescale, ZERO } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import { buildGrid, type Grid } from '../core/grid.ts'
import { chooseUnits, type Instrument, type InstrumentKind, type Rulebook } from '../core/instrument.ts'
import { type FeeModel, RATE_DECIMALS, spreadModel } from '../sim/costs.ts'
import { constantLatency } from '../sim/latency.ts'
import type { MarginTerms } from '../sim/margin-terms.ts'
import type { AmbiguityModel, LimitFill } from '../sim/matching.ts'
import type { BookEvent } from './book.ts'
import { Desk } from './desk.ts'
import type { Ids } from './ids.ts'
import { Tape } from './tape.ts'

export interface AccountSetup {
  readonly name: string
  /** By currency, as decimal text. */
  readonly balances: Readonly<Record<string, string>>
}

export interface FloorSetup {
  /** All of one timeframe and paid in one currency. */
  readonly series: readonly CandleSeries[]
  readonly accounts: readonly AccountSetup[]
  /** What the venue demands of orders in a symbol. */
  readonly rulebook: (symbol: string, atMs: number) => RulebookRecord
  readonly toRulebook: (instruments: readonly Instrument[]) => (instrument: number, atMs: number) => Rulebook
  /** Leverages that can be asked for; none where only owned money trades. */
  readonly leverages: (symbol: string, atMs: number) => readonly number[]
  /** Fees of one account: tiers follow its own volume. */
  readonly fees: (instruments: readonly Instrument[]) => FeeModel
  /** Margin rules; null where nothing can be leveraged. */
  readonly margin: ((instruments: readonly Instrument[], grid: Grid) => MarginTerms) | null
  readonly model: AmbiguityModel
  readonly limitFill: LimitFill
  /** Largest share of a bar's volume that an account's fills may take; 0 for no bound. */
  readonly participation: number
  readonly spreadBps: number
  readonly slippageBps: number
  /** Decimals of prices, quantities and money; default: as many as the candles and the richest account allow. */
  readonly units?: { readonly pxDec: number; readonly qtyDec: number; readonly quoteDec: number }
}

export interface FloorIds {
  readonly order: () => string
  readonly trade: () => string
  readonly ids: Ids
}

export class Floor {
  readonly setup: FloorSetup
  readonly tape: Tape
  readonly grid: Grid
  readonly quote: string
  readonly symbols: readonly string[]
  readonly desks = new Map<string, Desk>()
  readonly fees = new Map<string, FeeModel>()
  /** Demands other than the dated ones, for a while: a fault. */
  readonly overrides = new Map<string, RulebookRecord>()

  /**
   * `kinds`: the instruments of each symbol, one a kind; the first kind's come first. The exchange opens at `startMs`.
   * Throws `OTHER_CURRENCY`.
   */
  constructor(
    setup: FloorSetup,
    kinds: readonly InstrumentKind[],
    startMs: number,
    ids: FloorIds,
    onEvent: (account: string, event: BookEvent) => void,
  ) {
    this.setup = setup
    this.symbols = setup.series.map(({ symbol }) => symbol)
    this.quote = onlyQuote(this.symbols)
    const grid = buildGrid(setup.series)
    this.tape = new Tape(grid)
    const units = scales(setup, this.quote)
    const instruments = kinds.flatMap((kind, k) => setup.series.map((one, i) => instrumentOf(one, k, i, kind, setup)))
    const scaled = instruments.map((one) => ({ ...one, ...units[one.id % setup.series.length]! }))
    this.grid = { ...grid, symbols: scaled.map(({ id }) => grid.symbols[id % setup.series.length]!) }
    for (const account of setup.accounts) this.openDesk(account, scaled, startMs, ids, onEvent)
  }

  private openDesk(
    account: AccountSetup,
    all: readonly Instrument[],
    startMs: number,
    ids: FloorIds,
    onEvent: (account: string, event: BookEvent) => void,
  ): void {
    const { setup } = this
    const instruments = all.map((one) => ({ ...one, account: account.name }))
    const fees = setup.fees(instruments)
    const margin = setup.margin?.(instruments, this.grid)
    const cash = amount(account, this.quote, instruments[0]!.quoteDec)
    const initialBase = instruments.map((one) => (one.kind === 'spot' ? amount(account, one.base, one.qtyDec) : ZERO))
    this.fees.set(account.name, fees)
    const desk = new Desk({
      account: account.name,
      orderId: ids.order,
      tradeId: ids.trade,
      ids: ids.ids,
      firstRow: this.tape.rowFrom(startMs),
      onEvent: (event) => onEvent(account.name, event),
      sim: {
        grid: this.grid,
        instruments,
        initialCash: cash,
        initialBase,
        leverage: decFromNumber(margin?.leverage ?? 1, RATE_DECIMALS),
        rulebook: setup.toRulebook(instruments),
        fees,
        spread: spreadModel(setup.spreadBps, setup.slippageBps),
        latency: constantLatency(0),
        model: setup.model,
        limitFill: setup.limitFill,
        participation: setup.participation,
        ...(margin === undefined ? {} : { margin }),
      },
    })
    this.desks.set(account.name, desk)
  }

  advance(nowMs: number): void {
    for (const desk of this.desks.values()) desk.advance(nowMs)
  }

  /** What the venue demands of orders in a symbol now. */
  rulebook(symbol: string, atMs: number): RulebookRecord {
    return this.overrides.get(symbol) ?? this.setup.rulebook(symbol, atMs)
  }

  /** When the candles end. */
  get endMs(): number {
    return this.grid.time[this.grid.rows - 1]! + this.grid.timeframeMs
  }
}

function instrumentOf(
  { venue, symbol }: CandleSeries,
  place: number,
  index: number,
  kind: InstrumentKind,
  setup: FloorSetup,
): Omit<Instrument, 'pxDec' | 'qtyDec' | 'quoteDec'> {
  const { base, quote } = split(symbol)
  return { id: place * setup.series.length + index, account: '', venue, symbol, base, quote, kind }
}

/** `BTC/USD:USD` is BTC and USD. */
export function split(symbol: string): { readonly base: string; readonly quote: string } {
  const [base, rest] = symbol.split('/') as [string, string]
  return { base, quote: rest.split(':')[0]! }
}

function onlyQuote(symbols: readonly string[]): string {
  const quotes = [...new Set(symbols.map((one) => split(one).quote))]
  if (quotes.length === 1) return quotes[0]!
  throw new TandemError(`the symbols are paid in ${quotes.join(' and ')}`, {
    code: 'OTHER_CURRENCY',
    hint: 'one exchange has one quote currency: start another for the others',
  })
}

/** As a run's: exact for what the richest account can hold. */
function scales(setup: FloorSetup, quote: string): readonly { pxDec: number; qtyDec: number; quoteDec: number }[] {
  if (setup.units !== undefined) return setup.series.map(() => setup.units!)
  const equity = Math.max(1, ...setup.accounts.map(({ balances }) => Number(balances[quote] ?? 0)))
  const units = setup.series.map((one) => {
    const { low, high } = one.candles
    const minPrice = low.reduce((least, price) => Math.min(least, price), Number.POSITIVE_INFINITY)
    const maxPrice = high.reduce((most, price) => Math.max(most, price), 0)
    const leverage = Math.max(1, ...setup.leverages(one.symbol, one.candles.time[0]!))
    return chooseUnits({ minPrice, maxPrice, equity, leverage })
  })
  const quoteDec = Math.min(...units.map((one) => one.quoteDec))
  return units.map((one) => ({ ...one, quoteDec }))
}

/** A balance at a scale; more decimals than it has are cut. */
function amount({ balances }: AccountSetup, currency: string, scale: number): Dec {
  const text = balances[currency] ?? '0'
  const decimals = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0
  return decimals <= scale ? parseDec(text, scale) : rescale(parseDec(text, decimals), decimals, scale, Rounding.floor)
}
