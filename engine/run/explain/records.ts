/** What the records of a run alone say: decisions and outcomes as the watcher would have told them, without the reasons. */

import { type Dec, ZERO } from '../../core/dec.ts'
import type { Fact, FactKind, RejectCode } from '../../core/fact.ts'
import { type ApprovedOrder, type OrderFields, type OrderType, Purpose, type Side } from '../../core/order.ts'
import { type DecodedRecord, decodeRecords } from '../../core/record.ts'
import type { RefusalCode } from '../../core/refusal.ts'
import { OrderRecordKind, termsOf } from '../../kernel/order-records.ts'
import { DecisionKind, OutcomeKind } from '../../kernel/recorder.ts'
import type { RulesConfig } from '../../rules/config.ts'
import type { RouteChoice } from '../../rules/entry-route.ts'
import { forget, type Happening, profileName } from '../narrate/watcher.ts'

const FLAT = { quantity: ZERO, cost: ZERO, fees: ZERO }

export interface Recorded {
  /** The last decision at or before the time, and what the venue answered until then. */
  readonly happenings: readonly Happening[]
  /** How often the last refusal had been repeated by the end of its row of equal ones; 1 for once. */
  readonly repeated: { readonly count: number; readonly lastMs: number } | null
}

/** Reads both streams up to `untilMs`. */
export function fromRecords(
  decisions: Uint8Array,
  outcomes: Uint8Array,
  rules: RulesConfig,
  untilMs: number,
): Recorded {
  const orders = new Map<number, ApprovedOrder>()
  const last: Happening[] = []
  let lastMs = Number.NEGATIVE_INFINITY
  let repeated: Recorded['repeated'] = null
  for (const record of decodeRecords(decisions)) {
    if (record.kind === OrderRecordKind.terms) {
      const known = orders.get(record.orderId)
      if (known !== undefined) Object.assign(known, { terms: termsOf(record) })
      continue
    }
    // What came of an amendment is told by the venue's answer.
    if (record.kind === OrderRecordKind.amend) continue
    const order = record.kind === DecisionKind.order ? orderOf(record) : null
    if (order !== null) orders.set(order.id, order)
    if (record.timeMs > untilMs) continue
    const answers = order !== null && (order.purpose === Purpose.stop || order.purpose === Purpose.target)
    if (!answers && record.kind !== DecisionKind.profile) {
      if (record.timeMs > lastMs) {
        forget(last, record.timeMs)
        repeated = null
      }
      lastMs = record.timeMs
    }
    last.push(decisionOf(record, order, orders, rules))
    if (record.kind === DecisionKind.refusal) repeated = { count: record.repeat, lastMs: record.numbers[2]! }
  }
  const begins = last[0]?.atMs ?? Number.NEGATIVE_INFINITY
  const facts = outcomesOf(outcomes, orders).filter(({ atMs }) => atMs >= begins && atMs <= untilMs)
  const happenings = [...last, ...facts].sort((a, b) => a.atMs - b.atMs)
  return { happenings, repeated: repeated !== null && repeated.count > 1 ? repeated : null }
}

/** What became of orders, with the records that belong to a fill. */
function outcomesOf(outcomes: Uint8Array, orders: ReadonlyMap<number, ApprovedOrder>): Happening[] {
  const happenings: Happening[] = []
  let last: Fact | null = null
  for (const record of decodeRecords(outcomes)) {
    const { kind, instrument, side } = record
    const [quantity] = record.numbers as readonly [Dec]
    if (kind === OutcomeKind.feeInBase) {
      if (last !== null) Object.assign(last, { feeQuantity: quantity })
    } else if (kind === OutcomeKind.dust) {
      happenings.push({ kind: 'dust', atMs: record.numbers[4]!, instrument, side: side as Side, quantity })
    } else {
      last = factOf(record)
      const order = orders.get(last.orderId) ?? null
      happenings.push({ kind: 'fact', atMs: last.knownMs, fact: last, order, result: null })
    }
  }
  return happenings
}

function decisionOf(
  record: DecodedRecord,
  order: ApprovedOrder | null,
  orders: ReadonlyMap<number, ApprovedOrder>,
  rules: RulesConfig,
): Happening {
  const { timeMs: atMs, numbers } = record
  if (order !== null) return { kind: 'order', atMs, order, held: FLAT }
  if (record.kind === DecisionKind.cancel) return { kind: 'cancel', atMs, order: orders.get(record.orderId) ?? null }
  if (record.kind === DecisionKind.profile) {
    const [equity, from, to] = numbers as readonly [Dec, number, number]
    return { kind: 'profile', atMs, equity, from: profileName(rules, from), to: profileName(rules, to) ?? 'none' }
  }
  if (record.kind === DecisionKind.route) {
    return { kind: 'route', atMs, instrument: record.instrument, choice: choiceOf(record) }
  }
  if (record.kind === DecisionKind.reallocation) {
    const [wanted, needed, available, shortfall, minimumSells] = numbers as readonly [Dec, Dec, Dec, Dec, Dec]
    const need = { wanted, needed, shortfall, minimumSells }
    return { kind: 'reallocation', atMs, instrument: record.instrument, need, available, sells: record.repeat }
  }
  if (record.kind === DecisionKind.funded) {
    const [received, money] = numbers as readonly [Dec, Dec]
    return { kind: 'funded', atMs, instrument: record.instrument, received, money }
  }
  const { instrument, code, side } = record
  const [first, second] = numbers as readonly [number, number]
  return {
    kind: 'refusal',
    atMs,
    refusal: { code: code as RefusalCode, instrument, side: side as Side, first, second },
  }
}

/** The routing choice of a record, see the recorder. */
function choiceOf({ code, repeat, numbers }: DecodedRecord): RouteChoice {
  const [roundTrip, other, balance, available, raisedTo] = numbers as readonly [Dec, Dec, Dec, Dec, Dec]
  return { flags: code, considered: repeat, roundTrip, other, balance, available, raisedTo }
}

/** The order of a record: its code is purpose | type << 4 | reduce-only << 8, see the recorder. */
function orderOf(record: DecodedRecord): ApprovedOrder {
  const [quantity, quoteAmount, limitPrice, stopPrice, expiresMs] = record.numbers as readonly [
    Dec,
    Dec,
    Dec,
    Dec,
    number,
  ]
  const fields: OrderFields = {
    id: record.orderId,
    instrument: record.instrument,
    side: record.side as Side,
    type: ((record.code >> 4) & 15) as OrderType,
    purpose: (record.code & 15) as Purpose,
    ...{ quantity, quoteAmount, limitPrice, stopPrice },
    reduceOnly: (record.code & 256) !== 0,
    ocoGroup: record.repeat,
    decidedMs: record.timeMs,
    expiresMs: expiresMs === 0 ? Number.POSITIVE_INFINITY : expiresMs,
    answersIntrabar: false,
    tag: null,
    terms: null,
  }
  return fields as ApprovedOrder
}

/** The fact of a record: its code is the reject code, then flags for complete, maker and inside the bar. */
function factOf(record: DecodedRecord): Fact {
  const [quantity, price, value, fee, knownMs] = record.numbers as readonly [Dec, Dec, Dec, Dec, number]
  const flags = record.code >> 8
  return {
    kind: record.kind as FactKind,
    orderId: record.orderId,
    instrument: record.instrument,
    atMs: record.timeMs,
    ...{ knownMs, quantity, price, value, fee },
    spreadCost: ZERO,
    slippageCost: ZERO,
    complete: (flags & 1) !== 0,
    maker: (flags & 2) !== 0,
    intrabar: (flags & 4) !== 0,
    code: (record.code & 255) as RejectCode,
  }
}
