/**
 * What positions cost while they are held: fundings and borrowing fees, from the venue's own ledger, booked once each.
 * The ledger is asked when something is due: past each whole hour, and every ten minutes, while anything is held.
 */

import { toDec, ZERO } from '../core/dec.ts'
import { type Fact, FactKind, RejectCode } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import { bookCharge } from './booking.ts'
import { ask, type SessionContext } from './context.ts'
import type { VenueCharge } from './exchange.ts'

const HOUR_MS = 3_600_000
const PAUSE_MS = 600_000
/** A venue books an hour's funding within this time. */
const BOOKED_MS = 30_000
/** Charges are asked for from this long before the newest that is known: they may be shown out of order. */
const OVERLAP_MS = HOUR_MS

export class Charges {
  private readonly context: SessionContext
  private readonly leveraged: readonly Instrument[]
  private readonly sinceMs: number
  private nextMs = 0
  private lookedMs = 0
  /** Something was held at the last look, and may have paid until it was closed. */
  private carried = true

  constructor(context: SessionContext, sinceMs: number) {
    this.context = context
    this.sinceMs = sinceMs
    this.leveraged = context.instruments.filter(({ kind }) => kind !== 'spot')
  }

  /** Asks where it is time to, and books what is new. */
  async look(): Promise<void> {
    const { context } = this
    const { environment, exchange, table, decider } = context
    if (exchange.charges === undefined || this.leveraged.length === 0) return
    const now = environment.nowMs()
    const holds = this.leveraged.some(({ id }) => decider.held(id) !== 0)
    // A position that was opened and closed between two looks may have paid, too.
    if (holds || table.lastTradeMs > this.lookedMs) this.carried = true
    if (now < this.nextMs || !this.carried) return
    this.nextMs = Math.min(now + PAUSE_MS, Math.floor(now / HOUR_MS + 1) * HOUR_MS + BOOKED_MS)
    const sinceMs = Math.max(this.sinceMs, table.lastChargeMs - OVERLAP_MS)
    const found = await ask(context, () => exchange.charges!(sinceMs))
    if (!found.ok) {
      const { kind, message } = found.error
      if (kind === 'rejected')
        context.alerts.tell('warn', 'CHARGES_UNKNOWN', `fundings and loan fees aren't told: ${message}`)
      return
    }
    // What a trade of this moment paid may not be shown yet.
    this.carried = holds || table.lastTradeMs > now - BOOKED_MS
    this.lookedMs = now
    for (const charge of [...found.value].sort((a, b) => a.atMs - b.atMs)) this.book(charge)
    context.journal.write()
  }

  private book(charge: VenueCharge): void {
    const { context } = this
    const instrument = this.leveraged.find(({ symbol }) => symbol === charge.symbol)
    if (instrument === undefined || context.table.charges.has(charge.chargeId) || charge.atMs < this.sinceMs) return
    const { id } = instrument
    const { fee, assumed } = bookCharge(charge, instrument, context.decider.price(id))
    for (const one of assumed) context.note('ASSUMED', one)
    const fact: Fact = {
      ...{ kind: charge.kind === 'funding' ? FactKind.funding : FactKind.borrowed, orderId: 0, instrument: id },
      ...{ atMs: charge.atMs, knownMs: charge.atMs, quantity: toDec(Math.abs(context.decider.held(id))), price: ZERO },
      ...{ value: ZERO, fee, spreadCost: ZERO, slippageCost: ZERO, complete: true, maker: false, intrabar: false },
      code: RejectCode.none,
    }
    context.hear(fact, { charge })
  }
}
