/** What must hold once nothing goes wrong any more: the session is up, knows everything, and its books are the venue's. */

import { LASTING_HALTS } from '../faults.ts'
import { JOURNAL, type Machine } from '../session/machine.ts'
import { text, units } from '../venue/amount.ts'
import type { Surroundings } from '../world/surroundings.ts'
import { TIMEFRAME_MS } from '../world/terms.ts'
import { booksFaults } from './books.ts'
import type { Judge } from './judge.ts'

/** A row that opened this long ago has long been over, and taken. */
const BEHIND_MS = 5 * TIMEFRAME_MS

export interface Unsettled {
  readonly invariant: string
  readonly text: string
}

export function settled(world: Surroundings, machine: Machine, judge: Judge): Unsettled[] {
  const found: Unsettled[] = []
  const add = (invariant: string, text: string): void => void found.push({ invariant, text })
  const { opened } = machine
  if (opened === null) {
    // Others had a hand in the account before it could begin at all: a new session begins flat, with its money there.
    if (world.mayHalt && /^(INSUFFICIENT_BALANCE|POSITION_OPEN)/.test(machine.exits.at(-1) ?? '')) return found
    if (world.operated || !world.mayHalt)
      add('liveness', `the process isn't up: ${machine.exits.at(-1) ?? 'it never was'}`)
    return found
  }
  const behindMs = world.candlesUntilMs - opened.nextRowMs()
  if (behindMs > BEHIND_MS) add('liveness', `no row was taken for ${Math.round(behindMs / 1000)} s`)
  const halts = opened.halts().filter(({ key }) => !LASTING_HALTS.includes(key))
  if (halts.length > 0 && (world.operated || !world.mayHalt)) {
    add('liveness', `the session is halted: ${halts.map(({ key, why }) => `${key}: ${why}`).join('; ')}`)
  }
  for (const text of judge.unbooked(world.disk.content(JOURNAL))) add('I3', text)
  for (const { text, clientId } of opened.unresolved()) {
    // Where the venue knows no deadlines, an order that never arrived is watched for a day.
    const isThere = world.witness.orders.some((order) => order.clientId === clientId)
    if (world.deadline || isThere) add('liveness', text)
  }
  const charges = judge.chargesIn(world.disk.content(JOURNAL))
  for (const { chargeId } of world.witness.charges ?? []) {
    if (!charges.has(chargeId) && !world.mayHalt) add('I3', `charge ${chargeId} was never booked`)
  }
  for (const text of misplaced(world, machine)) add('I3', text)
  for (const text of orphans(world, machine, judge)) add('liveness', text)
  if (world.operated || !world.mayHalt) {
    for (const text of booksFaults(world, opened.books(), charges)) add('I4', text)
  }
  return found
}

/** Orders of ours that could still sell what isn't held any more. */
function orphans({ witness, symbols }: Surroundings, { opened }: Machine, judge: Judge): string[] {
  const { held } = opened!.books()
  return witness.orders
    .filter(({ status, symbol }) => status === 'open' && held(symbols.indexOf(symbol)) === 0n)
    .filter(({ clientId }) => clientId !== null && judge.submitted.get(clientId)?.reduceOnly === true)
    .map(({ clientId, symbol }) => `order ${clientId} is left at the venue, and no ${symbol} is held`)
}

/** An order at market that the next bar will fill is there, too, though no book has it. */
const STANDS: readonly string[] = ['open', 'pending']

/** Orders that rest at other prices than our books have them at, or not at all. */
function misplaced({ witness }: Surroundings, { opened }: Machine): string[] {
  const faults: string[] = []
  for (const { clientId, limitPrice, stopPrice } of opened!.resting()) {
    const there = witness.orders.find((order) => order.clientId === clientId && STANDS.includes(order.status))
    if (there === undefined) faults.push(`order ${clientId} doesn't rest at the venue, and our books have it there`)
    else if (there.limitPrice === undefined || there.stopPrice === undefined) continue
    else if (there.limitPrice !== units(limitPrice) || there.stopPrice !== units(stopPrice)) {
      faults.push(
        `order ${clientId} rests at ${text(there.limitPrice)}/${text(there.stopPrice)}, not ${limitPrice}/${stopPrice}`,
      )
    }
  }
  return faults
}
