/** What must hold once nothing goes wrong any more: the session is up, knows everything, and its books are the venue's. */

import { LASTING_HALTS } from '../faults.ts'
import { JOURNAL, type Machine } from '../session/machine.ts'
import { units } from '../venue/amount.ts'
import type { Surroundings } from '../world/surroundings.ts'
import type { Judge } from './judge.ts'

export interface Unsettled {
  readonly invariant: string
  readonly text: string
}

export function settled(world: Surroundings, machine: Machine, judge: Judge): Unsettled[] {
  const found: Unsettled[] = []
  const add = (invariant: string, text: string): void => void found.push({ invariant, text })
  const { opened } = machine
  if (opened === null) {
    if (!world.mayHalt) add('liveness', `the process isn't up: ${machine.exits.at(-1) ?? 'it never was'}`)
    return found
  }
  const halts = opened.halts().filter(({ key }) => !LASTING_HALTS.includes(key))
  if (halts.length > 0 && !world.mayHalt) {
    add('liveness', `the session is halted: ${halts.map(({ key, why }) => `${key}: ${why}`).join('; ')}`)
  }
  for (const text of judge.unbooked(world.disk.content(JOURNAL))) add('I3', text)
  for (const { text, clientId } of opened.unresolved()) {
    // Where the venue knows no deadlines, an order that never arrived is watched for a day.
    const isThere = world.witness.orders.some((order) => order.clientId === clientId)
    if (world.deadline || isThere) add('liveness', text)
  }
  for (const text of orphans(world, machine, judge)) add('liveness', text)
  if (!world.mayHalt) for (const text of booksFaults(world, machine)) add('I4', text)
  return found
}

/** Orders of ours that could still sell what isn't held any more. */
function orphans({ witness, symbols }: Surroundings, { opened }: Machine, judge: Judge): string[] {
  const { held } = opened!.books()
  return witness.orders
    .filter(({ status, side, symbol }) => status === 'open' && side < 0 && held(symbols.indexOf(symbol)) === 0n)
    .filter(({ clientId }) => clientId !== null && judge.submitted.has(clientId))
    .map(({ clientId, symbol }) => `order ${clientId} is left at the venue, and no ${symbol} is held`)
}

/** Our books against the exchange's: what is held, and money to the unit. */
function booksFaults({ witness, symbols, setting }: Surroundings, { opened }: Machine): string[] {
  const faults: string[] = []
  const begun = units(String(setting.config.account.equity))
  const { held, cash } = opened!.books()
  const { quoteDec } = setting.instruments[0]!
  const scale = 10n ** BigInt(8 - quoteDec)
  // Books with fewer decimals than the exchange round each order once.
  const rounding = (BigInt(witness.orders.length) * (scale - 1n) + 1n) / 2n + witness.tolerance
  const near = (a: bigint, b: bigint, most: bigint): boolean => (a < b ? b - a : a - b) <= most
  for (const [id, symbol] of symbols.entries()) {
    const real = witness.holding(symbol)
    if (!near(held(id), real, witness.tolerance))
      faults.push(`our books hold ${held(id)} units of ${symbol}, the exchange ${real}`)
  }
  const real = witness.money - begun
  const ours = cash * scale - begun
  if (!near(ours, real, rounding)) faults.push(`our books have made ${ours} units of money, the exchange ${real}`)
  return faults
}
