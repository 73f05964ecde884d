/**
 * The independent auditor: recomputes an account from the outcome records alone, in bigint, and says where the engine's
 * ledger or the venue's books disagree. It shares no arithmetic with the engine.
 */

import { FactKind } from '../../engine/core/fact.ts'
import { decodeRecords } from '../../engine/core/record.ts'
import type { Executed } from '../../engine/run/execute.ts'

export function audit(executed: Executed, outcomes: Uint8Array, initialUnits: number): string[] {
  const { instruments, kernel, venues } = executed
  const { ledger, books } = kernel.portfolio
  const placeOf = (id: number): number => books?.venueOf[id] ?? 0
  const cashAt = books === null ? [BigInt(initialUnits)] : books.ledgers.map(({ deposits }) => BigInt(deposits))
  const faults: string[] = []
  let cash = BigInt(initialUnits)
  let fees = 0n
  const held = instruments.map(() => 0n)
  for (const record of decodeRecords(outcomes)) {
    if (record.kind !== FactKind.filled) continue
    const instrument = instruments[record.instrument]!
    const [quantity, price, value, fee] = record.numbers.map((n) => BigInt(Math.round(n))) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ]
    const exact = quantity * price
    const unit = 10n ** BigInt(instrument.pxDec + instrument.qtyDec - instrument.quoteDec)
    const off = value * unit - exact
    if ((off < 0n ? -off : off) * 2n > unit) return [`fill value ${value} isn't price × quantity`]
    const paid = BigInt(record.side) * value + fee
    cash -= paid
    const place = placeOf(record.instrument)
    cashAt[place]! -= paid
    if (cashAt[place]! < 0n && instruments[0]!.kind === 'spot')
      faults.push(`cash at venue ${place} is negative: ${cashAt[place]}`)
    fees += fee
    held[record.instrument]! += BigInt(record.side) * quantity
  }
  const same = (what: string, ours: number, audited: bigint): void => {
    if (BigInt(ours) !== audited) faults.push(`${what}: the engine has ${ours}, the auditor ${audited}`)
  }
  same('cash', ledger.cash, cash)
  same('fees', ledger.feesPaid, fees)
  for (const { id, symbol } of instruments) same(symbol, ledger.quantity[id]!, held[id]!)
  // With latency the venue may have filled what we haven't heard of when the run ends.
  for (const [place, venue] of venues.entries()) {
    if (books !== null) same(`cash at venue ${place}`, books.ledgers[place]!.cash, cashAt[place]!)
    if (!venue.told) continue
    same("the venue's cash", venue.account.cash, cashAt[place]!)
    for (const { id, symbol } of instruments) {
      same(`the venue's ${symbol}`, venue.account.base[id]!, placeOf(id) === place ? held[id]! : 0n)
    }
  }
  return faults
}
