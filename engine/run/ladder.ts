/**
 * The ladder: one configuration at several account sizes. What a small account loses to refusals, rounding, dust and
 * fees, and from which size on the configuration is viable.
 */

import { decToNumber, toDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import { type ApprovedOrder, Purpose } from '../core/order.ts'
import type { RulesConfig } from '../rules/config.ts'
import type { EntryRules } from '../rules/entry.ts'
import type { EntryRequest } from '../rules/entry-request.ts'
import type { ProfileState } from '../rules/profile-choice.ts'
import { type PreparedStrategy, prepareStrategy } from './backtest.ts'
import { configHash, type ResolvedConfig } from './config/index.ts'
import { dustOf } from './dust.ts'
import { type Executed, execute } from './execute.ts'
import { loadMarket, type Market, makeInstruments } from './market.ts'
import { writeOutMinimums } from './minimums.ts'
import type { RunObserver } from './narrate/observer.ts'
import { lookAtSize } from './narrate/size.ts'
import { refuseAccounts } from './one-account.ts'
import { rulesOf } from './rules.ts'
import { loadTerms, type Terms } from './terms.ts'

/** Refusals for the size of an order: what a larger account would not have met. */
export const SIZE_REFUSALS: readonly string[] = [
  'INSUFFICIENT_BALANCE',
  'BELOW_MINIMUM',
  'BELOW_TIER_MINIMUM',
  'BELOW_MIN_ORDER',
  'EXIT_BELOW_MINIMUM',
  'MINIMUM_ABOVE_CAP',
  'SIZE_ZERO',
]

/** Share of the entry signals behind the gates that a viable account must be able to trade. */
const VIABLE_SHARE = 0.9

/** What "viable" means here, as it is printed. */
export const VIABLE =
  'the smallest equity of the list from which on, at every larger one too, there were trades, the return after costs ' +
  `is positive and at least ${VIABLE_SHARE * 100} % of the entry signals that passed the gates weren't refused for size`

/** One account size. Money in quote as doubles; shares as fractions. */
export interface Rung {
  readonly equity: number
  readonly finalEquity: number
  /** After fees, spread and slippage; an open position at the end is valued at the last close. */
  readonly returnAfterCosts: number
  readonly trades: number
  readonly entrySignals: number
  readonly entries: number
  readonly refusals: Readonly<Record<string, number>>
  readonly sizeRefusals: number
  /** Entries over entries and size refusals; null where no signal came that far. */
  readonly tradeableShare: number | null
  /** Wanted less executed value, summed over entries. */
  readonly rounding: number
  /** Value of what is left at the end and is too small for the venue to sell. */
  readonly dust: number
  readonly fees: number
  readonly grossProfit: number
  /** Null where no trade gained anything before fees. */
  readonly feeShareOfGross: number | null
  readonly viable: boolean
}

export interface Ladder {
  readonly rungs: readonly Rung[]
  /** Null where none is viable. */
  readonly smallestViable: number | null
  readonly definition: string
}

/** A ladder with what it was run on. */
export interface LadderRun extends Ladder {
  readonly bars: number
  readonly fromMs: number
  /** End of the last bar. */
  readonly toMs: number
  readonly params: unknown
  readonly hashes: { readonly config: string; readonly data: string; readonly strategy: string }
}

export interface LadderOptions {
  readonly equities: readonly number[]
  readonly store: string
  readonly baseFolder: string
  readonly log: (line: string) => void
}

/** Runs the configuration at each equity, ascending. Throws `BAD_EQUITIES` and what runs throw. */
export async function runLadder(given: ResolvedConfig, options: LadderOptions): Promise<LadderRun> {
  refuseAccounts(given, 'the ladder')
  if (given.account.flows !== undefined) {
    throw new TandemError('the ladder compares account sizes, and money that moves would change them', {
      code: 'FLOWS_ON_LADDER',
      where: 'account.flows',
      hint: 'leave it out',
    })
  }
  const equities = checkedEquities(options.equities)
  const config = writeOutMinimums(given, options.store)
  const strategy = await prepareStrategy(config, options.baseFolder)
  const market = await loadMarket(config, options.store)
  const terms = await loadTerms(config, options.baseFolder)
  const { grid, dataHash } = market
  return {
    ...climb(config, market, terms, strategy, equities, options.log),
    bars: grid.rows,
    fromMs: grid.time[0]!,
    toMs: grid.time[grid.rows - 1]! + grid.timeframeMs,
    params: strategy.params,
    hashes: { config: configHash(config), data: dataHash, strategy: strategy.hash },
  }
}

/** The ladder over a market in memory; `equities` ascending. */
export function climb(
  config: ResolvedConfig,
  market: Market,
  terms: Terms,
  strategy: Pick<PreparedStrategy, 'create'>,
  equities: readonly number[],
  log: (line: string) => void = () => {},
): Ladder {
  const rungs = equities.map((equity) => {
    log(`equity ${equity}`)
    const sized: ResolvedConfig = { ...config, account: { ...config.account, equity } }
    const instruments = makeInstruments(sized, market.grid)
    const observer = new RoundingObserver(rulesOf(sized, terms))
    const executed = execute(sized, market, instruments, strategy.create(), { terms, observer, equity: null })
    return rungOf(equity, executed, market, observer.lost)
  })
  const firstViable = rungs.findLastIndex((one) => !one.viable) + 1
  return { rungs, smallestViable: rungs[firstViable]?.equity ?? null, definition: VIABLE }
}

function checkedEquities(equities: readonly number[]): number[] {
  const bad = equities.find((one) => !(Number.isFinite(one) && one > 0))
  if (equities.length > 0 && bad === undefined) return [...new Set(equities)].sort((a, b) => a - b)
  throw new TandemError(bad === undefined ? 'expected one equity at least' : `${bad} is not an equity`, {
    code: 'BAD_EQUITIES',
    where: '--equities',
    hint: 'write amounts above 0, such as 25,50,100',
  })
}

/** Adds up what rounding took from each entry. */
class RoundingObserver implements RunObserver {
  /** In quote. */
  lost = 0
  private readonly rules: RulesConfig
  private request: EntryRequest | null = null
  private state: ProfileState | null = null
  private entryRules: EntryRules | null = null

  constructor(rules: RulesConfig) {
    this.rules = rules
  }

  entry(request: EntryRequest, rules: EntryRules): void {
    this.request = request
    this.state = rules.profiles?.current ?? null
    this.entryRules = rules
  }

  order(order: ApprovedOrder): void {
    const { request } = this
    if (order.purpose !== Purpose.entry || request === null) return
    const { venue, symbol, quoteDec } = request.instrument
    const learned = this.entryRules!.minimums.minimum(venue, symbol)
    const size = lookAtSize(request, this.rules, this.state, learned)
    // An order that names money to spend isn't rounded by us.
    if (size === null || size.wanted === null || size.amount?.value == null || order.quoteAmount > 0) return
    this.lost += decToNumber(toDec(size.wanted - size.amount.value), quoteDec)
  }

  refusal(): void {}
  cancel(): void {}
  route(): void {}
  reallocation(): void {}
  funded(): void {}
  profile(): void {}
  fact(): void {}
}

function rungOf(equity: number, executed: Executed, market: Market, rounding: number): Rung {
  const { kernel, recorder } = executed
  const { ledger, trades } = kernel.portfolio
  const refusals: Record<string, number> = {}
  for (const { code, count } of recorder.skips.values()) refusals[code] = (refusals[code] ?? 0) + count
  const closed = trades.closed()
  const gross = closed.reduce((sum, one) => sum + Math.max(0, one.side * (one.exitValue - one.entryValue)), 0)
  const grossProfit = decToNumber(toDec(gross), ledger.quoteDec)
  const fees = decToNumber(ledger.feesPaid, ledger.quoteDec)
  const finalEquity = kernel.marker.equityNow
  const returnAfterCosts = finalEquity / equity - 1
  const sizeRefusals = SIZE_REFUSALS.reduce((sum, code) => sum + (refusals[code] ?? 0), 0)
  const reached = recorder.entryOrders + sizeRefusals
  const tradeableShare = reached === 0 ? null : recorder.entryOrders / reached
  return {
    equity,
    finalEquity,
    returnAfterCosts,
    trades: closed.length,
    entrySignals: recorder.entrySignals,
    entries: recorder.entryOrders,
    refusals,
    sizeRefusals,
    tradeableShare,
    rounding,
    dust: dustOf(executed, market.grid).reduce((sum, one) => sum + (one.sellable ? 0 : one.value), 0),
    fees,
    grossProfit,
    feeShareOfGross: grossProfit === 0 ? null : fees / grossProfit,
    viable: closed.length > 0 && returnAfterCosts > 0 && (tradeableShare ?? 0) >= VIABLE_SHARE,
  }
}
