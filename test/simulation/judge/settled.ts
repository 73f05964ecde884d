/** What must hold once nothing goes wrong any more: the session is up, knows everything, and its books are the venue's. */

import { HALTING, LASTING_HALTS } from '../faults.ts'
import { JOURNAL, type Machine } from '../session/machine.ts'
import { units } from '../venue/amount.ts'
import type { World } from '../world/world.ts'
import type { Judge } from './judge.ts'

export interface Unsettled {
  readonly invariant: string
  readonly text: string
}

export function settled(world: World, machine: Machine, judge: Judge): Unsettled[] {
  const found: Unsettled[] = []
  const add = (invariant: string, text: string): void => void found.push({ invariant, text })
  const { opened } = machine
  if (opened === null) {
    if (!mayHalt(world)) add('liveness', `the process isn't up: ${machine.exits.at(-1) ?? 'it never was'}`)
    return found
  }
  const halts = opened.halts().filter(({ key }) => !LASTING_HALTS.includes(key))
  if (halts.length > 0 && !mayHalt(world)) {
    add('liveness', `the session is halted: ${halts.map(({ key, why }) => `${key}: ${why}`).join('; ')}`)
  }
  for (const text of judge.unbooked(world.disk.content(JOURNAL))) add('I3', text)
  for (const { text, clientId } of opened.unresolved()) {
    // Where the venue knows no deadlines, an order that never arrived is watched for a day.
    const isThere = world.exchange.orders.some((order) => order.clientId === clientId)
    if (world.terms.deadline || isThere) add('liveness', text)
  }
  for (const text of orphans(world, machine, judge)) add('liveness', text)
  if (!mayHalt(world)) for (const text of booksFaults(world, machine)) add('I4', text)
  return found
}

/** Whether something happened that only a person can judge. */
function mayHalt({ faults }: World): boolean {
  return HALTING.some((kind) => faults.fired(kind))
}

/** Orders of ours that could still sell what isn't held any more. */
function orphans({ exchange, symbols }: World, { opened }: Machine, judge: Judge): string[] {
  const { held } = opened!.books()
  return exchange
    .openOrders()
    .filter(({ side, symbol }) => side < 0 && held(symbols.indexOf(symbol)) === 0n)
    .filter(({ clientId }) => clientId !== null && judge.submitted.has(clientId))
    .map(({ clientId, symbol }) => `order ${clientId} is left at the venue, and no ${symbol} is held`)
}

/** Our books against the exchange's: what is held, and money to the unit. */
function booksFaults({ exchange, symbols, terms }: World, { opened }: Machine): string[] {
  const faults: string[] = []
  const begun = units(String(terms.equity))
  const { held, cash } = opened!.books()
  for (const [id, symbol] of symbols.entries()) {
    const base = exchange.terms(symbol).base
    const real = exchange.account.total.get(base) ?? 0n
    if (held(id) !== real) faults.push(`our books hold ${held(id)} units of ${base}, the exchange ${real}`)
  }
  const real = exchange.account.total.get('USD')! - begun
  const ours = cash - begun
  if (ours !== real) faults.push(`our books have made ${ours} units of money, the exchange ${real}`)
  return faults
}
