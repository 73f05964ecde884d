/**
 * The independent auditor: recomputes an account from the outcome records alone, in bigint, and says where the engine's
 * ledger or the venue's books disagree. It shares no arithmetic with the engine.
 */

import { FactKind } from '../../engine/core/fact.ts'
import { decodeRecords } from '../../engine/core/record.ts'
import type { Executed } from '../../engine/run/execute.ts'

export function audit(executed: Executed, outcomes: Uint8Array, initialUnits: number): string[] {
  const { instruments, kernel, venue } = executed
  const { ledger } = kernel.portfolio
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
    cash -= BigInt(record.side) * value + fee
    fees += fee
    held[record.instrument]! += BigInt(record.side) * quantity
  }
  const faults: string[] = []
  const same = (what: string, ours: number, audited: bigint): void => {
    if (BigInt(ours) !== audited) faults.push(`${what}: the engine has ${ours}, the auditor ${audited}`)
  }
  same('cash', ledger.cash, cash)
  same('fees', ledger.feesPaid, fees)
  for (const { id, symbol } of instruments) same(symbol, ledger.quantity[id]!, held[id]!)
  // With latency the venue may have filled what we haven't heard of when the run ends.
  if (venue.told) {
    same("the venue's cash", venue.account.cash, cash)
    for (const { id, symbol } of instruments) same(`the venue's ${symbol}`, venue.account.base[id]!, held[id]!)
  }
  if (cash < 0n && instruments[0]!.kind === 'spot') faults.push(`cash is negative: ${cash}`)
  return faults
}
