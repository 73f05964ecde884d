/** What the parts of a session share: its ports, its journal, its orders, and the one way in which something is noted. */

import { TandemError } from '../core/errors.ts'
import { type Fact, FactKind, RejectCode } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import type { AccountView } from './account-view.ts'
import type { Rates } from './booking.ts'
import type { Decider } from './decider.ts'
import type { Environment } from './environment.ts'
import { ExchangeError, type ExchangePort, type VenueCharge, type VenueMarket, type VenueTrade } from './exchange.ts'
import type { Journal } from './journal.ts'
import type { RecordKind } from './journal-record.ts'
import type { MarginView } from './liquidation.ts'
import type { OrderTable, TrackedOrder } from './order-table.ts'
import type { Alerts, OrderGate } from './ports.ts'

/** How patient a session is, all in ms. */
export interface Patience {
  /** For any one call. */
  readonly callMs: number
  /** For how long after it was made a venue may still take an order, where it knows deadlines. */
  readonly deadlineMs: number
  /** How far its answers may lag behind what it did, with room to spare: before that "no such order" means nothing. */
  readonly lagMs: number
  /** For how long an order of unknown fate is watched where the venue knows no deadlines. */
  readonly watchMs: number
  /** Between two polls while orders are out, and while none are. */
  readonly pollMs: number
  readonly idleMs: number
}

export const PATIENCE: Patience = {
  callMs: 10_000,
  deadlineMs: 5_000,
  lagMs: 10_000,
  watchMs: 86_400_000,
  pollMs: 2_000,
  idleMs: 15_000,
}

/** Points at which a process may die, beside the journal's own: for tests that make it. */
export type SendPoint = 'before-send' | 'after-send' | 'after-ack' | 'before-fact' | 'after-fact' | 'before-decision'

export interface SessionContext {
  readonly environment: Environment
  readonly exchange: ExchangePort
  readonly decider: Decider
  readonly journal: Journal
  readonly table: OrderTable
  readonly gate: OrderGate
  readonly alerts: Alerts
  readonly patience: Patience
  readonly instruments: readonly Instrument[]
  /** By instrument: the venue's demands today, and the account's rates. */
  readonly markets: readonly VenueMarket[]
  readonly rates: readonly Rates[]
  readonly leverage: number
  /** How the account borrows, by the venue's dated rules; null where none are known. */
  readonly margin: MarginView | null
  /** The account as the venue told it last. */
  readonly account: AccountView
  /** The client id of an order's leg. */
  readonly clientId: (orderId: number, leg: number) => string
  /** What every text id of this session begins with; null where ids can't carry one. */
  readonly prefix: string | null
  readonly at: (point: SendPoint) => void
  /** When the venue last answered a whole look, wall clock ms. */
  readonly lookedMs: number
  /** How often it has answered one so far. */
  readonly looks: number
  /** Adds a record to the journal, and to the table. */
  note(kind: RecordKind, body: unknown): void
  /** Journals a fact, lets the engine hear it, and journals what it decides. */
  hear(fact: Fact, more?: Heard): void
  /** Journals that a position is to be closed, and what the engine wants for it; it goes out with the next sending. */
  closeNow(instrument: number): void
  /** Nothing that enlarges a position leaves from here on, until an operator says so. On the disk when it returns. */
  halt(code: string, text: string): void
  /** Sends what is wanted and looks at what became of it, until nothing new comes. */
  settle(): Promise<void>
}

/** What a fact came from. */
export interface Heard {
  readonly trade?: VenueTrade
  readonly charge?: VenueCharge
  readonly order?: TrackedOrder
}

/** A fact about an order that isn't a fill. */
export function endFact(
  kind: FactKind,
  { order }: TrackedOrder,
  atMs: number,
  code: RejectCode = RejectCode.none,
  value = 0,
): Fact {
  const zero = 0 as Fact['quantity']
  return {
    kind,
    orderId: order.id,
    instrument: order.instrument,
    atMs,
    knownMs: atMs,
    quantity: kind === FactKind.amended ? order.quantity : zero,
    price: kind === FactKind.amended ? order.limitPrice || order.stopPrice : zero,
    value: value as Fact['value'],
    fee: zero,
    spreadCost: zero,
    slippageCost: zero,
    complete: false,
    maker: false,
    intrabar: false,
    code,
  }
}

/** What a call came to: its result, or what is known of its failure. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ExchangeError }

/** Waits for a call, but not for ever: what doesn't answer in time has an unknown outcome. Never throws. */
export async function ask<T>(
  context: Pick<SessionContext, 'environment' | 'patience'>,
  call: () => Promise<T>,
): Promise<Answer<T>> {
  const { environment, patience } = context
  return await new Promise((resolve) => {
    const timer = environment.after(patience.callMs, () => {
      resolve({ ok: false, error: unknownError('no answer in time', 'NO_ANSWER') })
    })
    const settle = (answer: Answer<T>): void => {
      timer.cancel()
      resolve(answer)
    }
    let asked: Promise<T>
    try {
      asked = call()
    } catch (error) {
      settle({ ok: false, error: asExchangeError(error) })
      return
    }
    asked.then(
      (value) => settle({ ok: true, value }),
      (error: unknown) => settle({ ok: false, error: asExchangeError(error) }),
    )
  })
}

function unknownError(message: string, code: string): ExchangeError {
  return new ExchangeError(message, { kind: 'unknown', code })
}

/** Whatever a client throws that isn't classified may have happened after the order had left. */
function asExchangeError(error: unknown): ExchangeError {
  if (error instanceof ExchangeError) return error
  const message = error instanceof Error ? error.message : String(error)
  return unknownError(message, error instanceof TandemError ? error.code : 'UNEXPECTED')
}
