/** Our books against the exchange's in the end: what is held, and money to the unit (I4). */

import type { Instrument } from '../../../engine/core/instrument.ts'
import type { OpenedSession } from '../session/open.ts'
import { units } from '../venue/amount.ts'
import type { Witness } from '../world/surroundings.ts'

/** The largest step of a market, and a hundredth of the quote currency, several times. */
const OTHERS_QUANTITY = 400_000n
const OTHERS_MONEY = 5_000_000n

type Books = ReturnType<OpenedSession['books']>

export interface BooksParts {
  readonly witness: Pick<Witness, 'orders' | 'trades' | 'holding' | 'money' | 'tolerance'>
  readonly symbols: readonly string[]
  readonly setting: {
    readonly instruments: readonly Pick<Instrument, 'kind' | 'base' | 'quote' | 'quoteDec'>[]
    readonly leverage: number
  }
  readonly mayHalt: boolean
}

/** What differs; `charges`: what of fundings the books took, by their ids, in units. */
export function booksFaults(
  { witness, symbols, setting, mayHalt }: BooksParts,
  { held, cash, baseline }: Books,
  charges: ReadonlyMap<string, bigint>,
): string[] {
  const faults: string[] = []
  const { quoteDec, quote } = setting.instruments[0]!
  const scale = 10n ** BigInt(8 - quoteDec)
  // Books with fewer decimals than the exchange round each order once, and each close by force, which has no order.
  const forced = witness.trades.filter(({ liquidation }) => liquidation === true).length
  const rounded = BigInt(witness.orders.length + forced + charges.size)
  const rounding = rounded * (scale / 2n) + witness.tolerance
  const near = (a: bigint, b: bigint, most: bigint): boolean => (a < b ? b - a : a - b) <= most
  for (const [id, symbol] of symbols.entries()) {
    const real = witness.holding(symbol)
    const { kind, base } = setting.instruments[id]!
    const ours = held(id) + units(baseline[kind === 'spot' ? base : symbol] ?? '0')
    // What others have done is settled to a step of the market and a hundredth of money.
    if (!near(ours, real, mayHalt ? OTHERS_QUANTITY : witness.tolerance))
      faults.push(`our books hold ${ours} units of ${symbol}, the exchange ${real}`)
  }
  // On margin, others' trades and forced ones move money that no reconciliation can tell from profit.
  if (setting.leverage > 1 && mayHalt) return faults
  let ours = cash * scale + units(baseline[quote] ?? '0')
  // The exchange's figure is of trades alone.
  for (const paid of charges.values()) ours += paid
  if (!near(ours, witness.money, mayHalt ? rounding + OTHERS_MONEY : rounding))
    faults.push(`our books come to ${ours} units of money, the exchange ${witness.money}`)
  return faults
}
