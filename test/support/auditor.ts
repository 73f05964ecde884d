/**
 * The independent auditor: recomputes an account from the outcome records alone, in bigint, and says where the engine's
 * ledger, its positions' costs and profit, or the venue's books disagree. It shares no arithmetic with the engine.
 */

import { FactKind } from '../../engine/core/fact.ts'
import { type DecodedRecord, decodeRecords } from '../../engine/core/record.ts'
import { OutcomeKind } from '../../engine/kernel/recorder.ts'
import type { Executed } from '../../engine/run/execute.ts'
import { MarginAccount } from '../../engine/sim/margin-account.ts'

interface Audited {
  cash: bigint
  fees: bigint
  funding: bigint
  realised: bigint
  liquidations: number
  /** Cash by venue. */
  readonly cashAt: bigint[]
  readonly held: bigint[]
  /** Signed cost of each position. */
  readonly cost: bigint[]
  /** What positions left, and its cost. */
  readonly dust: bigint[]
  readonly dustCost: bigint[]
}

export function audit(executed: Executed, outcomes: Uint8Array, initialUnits: number): string[] {
  const { instruments, kernel } = executed
  const { books } = kernel.portfolio
  const zero = (): bigint[] => instruments.map(() => 0n)
  const account: Audited = {
    cash: BigInt(initialUnits),
    fees: 0n,
    funding: 0n,
    realised: 0n,
    liquidations: 0,
    cashAt: books === null ? [BigInt(initialUnits)] : startsOf(executed, outcomes),
    held: zero(),
    cost: zero(),
    dust: zero(),
    dustCost: zero(),
  }
  const faults: string[] = []
  let last: DecodedRecord | null = null
  for (const record of decodeRecords(outcomes)) {
    if (record.kind === OutcomeKind.feeInBase) checkFeeInBase(executed, record, last, faults)
    if (record.kind === OutcomeKind.dust) bookDust(account, record, faults)
    if (record.kind !== OutcomeKind.dust) last = record
    if (record.kind === FactKind.adjusted) bookFlow(executed, account, record, faults)
    if (record.kind === FactKind.filled) bookFill(executed, account, record, faults)
    else if (record.kind === FactKind.liquidated) bookLiquidation(executed, account, record, faults)
    else if (record.kind === FactKind.funding || record.kind === FactKind.borrowed) bookCharge(account, record, faults)
  }
  compare(executed, account, faults)
  return faults
}

function numbersOf({ numbers }: DecodedRecord): [bigint, bigint, bigint, bigint] {
  return numbers.map((n) => BigInt(Math.round(n))) as [bigint, bigint, bigint, bigint]
}

function placeOf({ kernel }: Executed, id: number): number {
  return kernel.portfolio.books?.venueOf[id] ?? 0
}

function bookFill(executed: Executed, account: Audited, record: DecodedRecord, faults: string[]): void {
  const { instruments } = executed
  const instrument = instruments[record.instrument]!
  const id = record.instrument
  const side = BigInt(record.side)
  const [quantity, price, value, fee] = numbersOf(record)
  const unit = 10n ** BigInt(instrument.pxDec + instrument.qtyDec - instrument.quoteDec)
  const off = value * unit - quantity * price
  if ((off < 0n ? -off : off) * 2n > unit) faults.push(`fill value ${value} isn't price × quantity`)
  const paid = side * value + fee
  const place = placeOf(executed, id)
  account.cash -= paid
  account.cashAt[place]! -= paid
  if (account.cashAt[place]! < 0n && instruments.every(({ kind }) => kind === 'spot')) {
    faults.push(`cash at venue ${place} is negative: ${account.cashAt[place]}`)
  }
  account.fees += fee
  const before = account.held[id]!
  const size = before < 0n ? -before : before
  const closed = before * side < 0n ? (size < quantity ? size : quantity) : 0n
  const costOut = closed === 0n ? 0n : nearest(account.cost[id]! * closed, size)
  const valueOut = closed === 0n ? 0n : nearest(value * closed, quantity)
  if (closed > 0n) account.realised += -side * valueOut - costOut
  account.cost[id] = account.cost[id]! - costOut + side * (value - valueOut)
  account.held[id] = before + side * quantity
}

/** A fee taken in base: with it the fill's value and fee are what was traded, and it is what the fill lacks of that. */
function checkFeeInBase(
  { instruments }: Executed,
  record: DecodedRecord,
  fill: DecodedRecord | null,
  faults: string[],
): void {
  if (fill === null || fill.kind !== FactKind.filled || fill.orderId !== record.orderId) {
    faults.push(`a fee in base of order ${record.orderId}, which was not filled just before`)
    return
  }
  const side = BigInt(record.side)
  const [quantity, , value, fee] = numbersOf(fill)
  const [inBase, traded, price] = numbersOf(record)
  if (quantity !== traded - side * inBase) faults.push(`${traded} traded, ${inBase} of it fee, and ${quantity} moved`)
  const { pxDec, qtyDec, quoteDec } = instruments[record.instrument]!
  const unit = 10n ** BigInt(pxDec + qtyDec - quoteDec)
  const off = (value + side * fee) * unit - traded * price
  if ((off < 0n ? -off : off) * 2n > unit) faults.push(`${value} and ${fee} aren't price × quantity traded`)
}

/** What each venue's books began with: all deposits but those that the records tell of. */
function startsOf(executed: Executed, outcomes: Uint8Array): bigint[] {
  const starts = executed.kernel.portfolio.books!.ledgers.map(({ deposits }) => BigInt(deposits))
  for (const record of decodeRecords(outcomes)) {
    if (record.kind === FactKind.adjusted) starts[placeOf(executed, record.instrument)]! -= numbersOf(record)[2]
  }
  return starts
}

/** Money that came or went by itself; a withdrawal leaves no debt. */
function bookFlow(executed: Executed, account: Audited, record: DecodedRecord, faults: string[]): void {
  const [quantity, , value] = numbersOf(record)
  if (quantity !== 0n) faults.push(`${quantity} units came from nowhere`)
  const place = placeOf(executed, record.instrument)
  account.cash += value
  account.cashAt[place]! += value
  if (value < 0n && account.cashAt[place]! < 0n) faults.push(`a withdrawal leaves ${account.cashAt[place]}`)
}

/** Dust is all that a position is; it comes back whole, at the cost that it had. */
function bookDust(account: Audited, record: DecodedRecord, faults: string[]): void {
  const id = record.instrument
  const [quantity, cost] = numbersOf(record)
  if (record.side < 0) {
    if (account.held[id] !== quantity || account.cost[id] !== cost) faults.push(`dust of ${quantity}, not all there is`)
    account.held[id] = 0n
    account.cost[id] = 0n
    account.dust[id]! += quantity
    account.dustCost[id]! += cost
  } else {
    if (account.dust[id] !== quantity || account.dustCost[id] !== cost) faults.push(`dust of ${quantity} comes back`)
    account.held[id]! += quantity
    account.cost[id]! += cost
    account.dust[id] = 0n
    account.dustCost[id] = 0n
  }
}

/** A liquidation is a fill against the position, and leaves no more than the position was. */
function bookLiquidation(executed: Executed, account: Audited, record: DecodedRecord, faults: string[]): void {
  const before = account.held[record.instrument]!
  account.liquidations += 1
  if (before * BigInt(record.side) >= 0n) faults.push(`a liquidation that opens a position of ${before}`)
  bookFill(executed, account, record, faults)
  const after = account.held[record.instrument]!
  if (after * before < 0n) faults.push(`a liquidation that turns a position of ${before} into ${after}`)
}

function bookCharge(account: Audited, record: DecodedRecord, faults: string[]): void {
  const [size, , , paid] = numbersOf(record)
  const held = account.held[record.instrument]!
  if ((held < 0n ? -held : held) !== size) faults.push(`a charge on ${size}, where ${held} is held`)
  account.cash -= paid
  account.cashAt[0]! -= paid
  account.funding += paid
}

/** To the nearest, a tie to the even one; the divisor is positive. */
function nearest(numerator: bigint, divisor: bigint): bigint {
  const negative = numerator < 0n
  const absolute = negative ? -numerator : numerator
  const quotient = absolute / divisor
  const twice = (absolute % divisor) * 2n
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n)
  const result = up ? quotient + 1n : quotient
  return negative ? -result : result
}

function compare(executed: Executed, audited: Audited, faults: string[]): void {
  const { instruments, kernel, venues } = executed
  const { ledger, liquidations, books } = kernel.portfolio
  const same = (what: string, ours: number, theirs: bigint): void => {
    if (BigInt(ours) !== theirs) faults.push(`${what}: the engine has ${ours}, the auditor ${theirs}`)
  }
  same('cash', ledger.cash, audited.cash)
  same('fees', ledger.feesPaid, audited.fees)
  same('funding', ledger.fundingPaid, audited.funding)
  same('realised profit', ledger.realised, audited.realised)
  same('liquidations', liquidations, BigInt(audited.liquidations))
  for (const { id, symbol } of instruments) {
    same(symbol, ledger.quantity[id]!, audited.held[id]!)
    same(`cost of ${symbol}`, ledger.cost[id]!, audited.cost[id]!)
    same(`dust of ${symbol}`, ledger.dust[id]!, audited.dust[id]!)
    same(`cost of ${symbol} dust`, ledger.dustCost[id]!, audited.dustCost[id]!)
  }
  for (const [place, { told, account }] of venues.entries()) {
    if (books !== null) same(`cash at venue ${place}`, books.ledgers[place]!.cash, audited.cashAt[place]!)
    // With latency the venue may have filled what we haven't heard of when the run ends.
    if (!told) continue
    same("the venue's cash", account.cash, audited.cashAt[place]!)
    for (const { id, symbol } of instruments) {
      same(
        `the venue's ${symbol}`,
        account.base[id]!,
        placeOf(executed, id) === place ? audited.held[id]! + audited.dust[id]! : 0n,
      )
      if (!(account instanceof MarginAccount) || !account.isLeveraged(id)) continue
      same(`the venue's cost of ${symbol}`, account.cost[id]!, audited.cost[id]!)
    }
  }
}
