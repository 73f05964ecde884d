/** What a run came to, as the tree that a scenario's `expect:` is compared with. Amounts are exact decimal texts. */

import { type Dec, formatDec, toDec } from '../../core/dec.ts'
import { FactKind, REJECT_NAMES } from '../../core/fact.ts'
import { OrderType, Purpose } from '../../core/order.ts'
import { REFUSAL_NAMES, REFUSAL_NUMBERS } from '../../core/refusal.ts'
import { RouteFlag } from '../../rules/entry-route.ts'
import { dustOf } from '../dust.ts'
import { EXIT_REASON } from '../exit-reason.ts'
import type { Happening } from '../narrate/watcher.ts'
import { timeText } from '../narrate/words.ts'
import type { Found } from './kind.ts'
import type { CaseRun } from './run-kind.ts'

const PURPOSES = names(Purpose)
const TYPES = names(OrderType)

function names(codes: Readonly<Record<string, number>>): Readonly<Record<number, string>> {
  return Object.fromEntries(Object.entries(codes).map(([name, code]) => [code, name]))
}

/** The keys are the words that `expect:` may use: orders, refusals, rejects, fills, exits, profiles and final figures. */
export function foundIn(run: CaseRun): Found {
  const { executed, happenings, instruments } = run
  const { portfolio, marker } = executed.kernel
  const { ledger, books } = portfolio
  const k = ledger.quoteDec
  return {
    orders: orders(run),
    refusals: refusals(run),
    rejects: happenings.flatMap((one) =>
      one.kind === 'fact' && one.fact.kind === FactKind.rejected
        ? [{ order: one.fact.orderId, purpose: PURPOSES[one.order!.purpose]!, code: REJECT_NAMES[one.fact.code]! }]
        : [],
    ),
    stale: happenings.filter((one) => one.kind === 'fact' && one.fact.kind === FactKind.expired).length,
    fills: fills(run),
    liquidations: liquidations(run),
    exits: exits(run),
    profiles: happenings.flatMap((one) => (one.kind === 'profile' ? [one.to] : [])),
    skips: counts([...executed.recorder.skips.values()]),
    positions: Object.fromEntries(
      instruments.map((one) => [nameOf(run, one.id), formatDec(ledger.quantity[one.id]!, one.qtyDec)]),
    ),
    dust: Object.fromEntries(
      instruments.flatMap((one) => {
        const dust = ledger.dust[one.id]!
        return dust === 0 ? [] : [[nameOf(run, one.id), formatDec(dust, one.qtyDec)]]
      }),
    ),
    routes: routes(run),
    cleanup: cleanup(run),
    reallocations: reallocations(run),
    venueCash: Object.fromEntries(
      books === null ? [] : books.names.map((name, i) => [name, formatDec(books.ledgers[i]!.cash, k)]),
    ),
    signals: executed.recorder.entrySignals,
    entries: executed.recorder.entryOrders,
    cash: formatDec(ledger.cash, k),
    fees: formatDec(ledger.feesPaid, k),
    finalEquity:
      ledger.quantity.every((one) => one === 0) && !portfolio.dusty ? formatDec(ledger.cash, k) : marker.equityNow,
    ambiguousBars: executed.venue.ambiguity.bars,
  }
}

/** The symbol, with its venue in front where there are several. */
function nameOf({ instruments, executed }: CaseRun, id: number): string {
  const { venue, symbol } = instruments[id]!
  return executed.venues.length > 1 ? `${venue} ${symbol}` : symbol
}

/** What a cleanup came to, all venues together. */
function cleanup({ executed, market }: CaseRun): Found {
  if (executed.cleanup === null) return null
  const { plan, results } = executed.cleanup
  return {
    plan: plan.flatMap(({ lines }) => lines),
    cancelled: sumOf(results, (one) => one.cancelled),
    sold: sumOf(results, (one) => one.sold),
    purged: (results ?? []).flatMap(({ purged }) => purged),
    problems: (results ?? []).flatMap(({ problems }) => problems),
    dust: dustOf(executed, market.grid).map(({ symbol, value, sellable }) => ({ symbol, value, sellable })),
  }
}

function sumOf<T>(all: readonly T[] | null, pick: (one: T) => number): number {
  return (all ?? []).reduce((sum, one) => sum + pick(one), 0)
}

/** Where each entry went. */
function routes(run: CaseRun): Found[] {
  const rate = (units: Dec): string => formatDec(units, 12)
  return run.happenings.flatMap((one): Found[] => {
    if (one.kind !== 'route') return []
    const { venue, quoteDec } = run.instruments[one.instrument]!
    const { choice, atMs } = one
    return [
      {
        bar: barAt(run, atMs, 'close'),
        venue,
        roundTrip: rate(choice.roundTrip),
        other: choice.other === 0 ? null : rate(choice.other),
        balance: formatDec(choice.balance, quoteDec),
        raisedTo: choice.raisedTo === 0 ? null : rate(choice.raisedTo),
        noFunds: (choice.flags & RouteFlag.noFunds) !== 0,
        smallBalance: (choice.flags & RouteFlag.smallBalance) !== 0,
        unlisted: (choice.flags & RouteFlag.unlisted) !== 0,
      },
    ]
  })
}

/** What was sold for which entry, and what came in. */
function reallocations(run: CaseRun): Found[] {
  return run.happenings.flatMap((one): Found[] => {
    if (one.kind !== 'reallocation' && one.kind !== 'funded') return []
    const { symbol, quoteDec } = run.instruments[one.instrument]!
    const money = (amount: Dec): string => formatDec(amount, quoteDec)
    if (one.kind === 'funded') return [{ symbol, received: money(one.received), money: money(one.money) }]
    const { wanted, needed, shortfall, minimumSells } = one.need
    const need = { wanted: money(wanted), needed: money(needed), shortfall: money(shortfall) }
    return [
      { symbol, bar: barAt(run, one.atMs, 'close'), ...need, minimumSells: money(minimumSells), sells: one.sells },
    ]
  })
}

/** Row that closes at `ms`, or opens there; -1 for neither. */
function barAt({ market: { grid } }: CaseRun, ms: number, edge: 'open' | 'close'): number {
  return grid.time.indexOf(edge === 'open' ? ms : ms - grid.timeframeMs)
}

function orders(run: CaseRun): Found[] {
  let sized: Extract<Happening, { kind: 'entry' }> | null = null
  const found: Found[] = []
  for (const one of run.happenings) {
    if (one.kind === 'entry') sized = one
    if (one.kind !== 'order') continue
    const { order } = one
    const { pxDec, qtyDec, quoteDec } = run.instruments[order.instrument]!
    const symbol = nameOf(run, order.instrument)
    const size = order.purpose === Purpose.entry ? (sized?.size ?? null) : null
    const money = (amount: Dec | null | undefined): string | null =>
      amount === null || amount === undefined ? null : formatDec(amount, quoteDec)
    found.push({
      order: order.id,
      bar: barAt(run, order.decidedMs, 'close'),
      symbol,
      side: order.side > 0 ? 'buy' : 'sell',
      purpose: PURPOSES[order.purpose]!,
      type: TYPES[order.type]!,
      quantity: formatDec(order.quantity, qtyDec),
      limit: order.limitPrice === 0 ? null : formatDec(order.limitPrice, pxDec),
      stop: order.stopPrice === 0 ? null : formatDec(order.stopPrice, pxDec),
      wanted: money(size?.wanted),
      value: money(size?.amount?.value),
      cost: money(size?.amount?.cost),
    })
  }
  return found
}

/** Equal refusals in a row are one with a count, as in the records (RULES B6). */
function refusals(run: CaseRun): Found[] {
  const found: { [key: string]: Found }[] = []
  let open = false
  for (const one of run.happenings) {
    if (one.kind === 'order' || one.kind === 'cancel' || one.kind === 'profile') open = false
    if (one.kind !== 'refusal') continue
    const { code, instrument, first, second } = one.refusal
    const { symbol } = run.instruments[instrument]!
    const last = found.at(-1)
    if (open && last !== undefined && last['code'] === REFUSAL_NAMES[code] && last['symbol'] === symbol) {
      last['count'] = Number(last['count']) + 1
      continue
    }
    open = true
    const [a, b] = REFUSAL_NUMBERS[code]
    found.push({
      code: REFUSAL_NAMES[code],
      symbol,
      bar: barAt(run, one.atMs, 'close'),
      count: 1,
      [a]: first,
      [b]: second,
      ...(a === 'untilMs' ? { until: timeText(first) } : {}),
    })
  }
  return found
}

function fills(run: CaseRun): Found[] {
  return run.happenings.flatMap((one): Found[] => {
    if (one.kind !== 'fact' || one.fact.kind !== FactKind.filled) return []
    const { fact, order } = one
    const { pxDec, qtyDec, quoteDec, symbol } = run.instruments[fact.instrument]!
    return [
      {
        order: fact.orderId,
        purpose: PURPOSES[order!.purpose]!,
        symbol,
        bar: barAt(run, fact.atMs, fact.intrabar ? 'close' : 'open'),
        quantity: formatDec(fact.quantity, qtyDec),
        price: formatDec(fact.price, pxDec),
        value: formatDec(fact.value, quoteDec),
        fee: formatDec(fact.fee, quoteDec),
        maker: fact.maker,
      },
    ]
  })
}

function liquidations({ executed, instruments }: CaseRun): Found[] {
  return (executed.venue.margin?.liquidation.events ?? []).map((one) => {
    const { pxDec, qtyDec, quoteDec, symbol } = instruments[one.instrument]!
    return {
      symbol,
      bar: one.row,
      quantity: formatDec(one.quantity, qtyDec),
      mark: formatDec(one.mark, pxDec),
      price: formatDec(one.price, pxDec),
      fee: formatDec(one.fee, quoteDec),
      intrabar: one.intrabar,
      partial: one.partial,
    }
  })
}

function exits({ executed, instruments }: CaseRun): Found[] {
  return executed.kernel.portfolio.trades.closed().map((trade) => {
    const { quoteDec, symbol } = instruments[trade.instrument]!
    const gross = toDec(trade.side * (trade.exitValue - trade.entryValue))
    const fees = toDec(trade.entryFee + trade.exitFee)
    const text = (amount: Dec): string => formatDec(amount, quoteDec)
    return {
      symbol,
      reason: EXIT_REASON[trade.exitPurpose] ?? 'SIGNAL',
      bar: trade.exitRow,
      gross: text(gross),
      fees: text(fees),
      net: text(toDec(gross - fees)),
      profile: trade.profile,
    }
  })
}

function counts(tallies: readonly { readonly code: string; readonly count: number }[]): Found {
  const sums: Record<string, number> = {}
  for (const { code, count } of tallies) sums[code] = (sums[code] ?? 0) + count
  return sums
}
