/** Facts in words, short enough to compare in one line of a test. */

import { decToNumber } from '../../../engine/core/dec.ts'
import { type Fact, FactKind, REJECT_NAMES } from '../../../engine/core/fact.ts'
import { INSTRUMENT } from './harness.ts'

const KIND_NAMES = Object.fromEntries(Object.entries(FactKind).map(([name, kind]) => [kind, name]))

/** `2 filled 0.5 @ 100 taker`, `2 filled 0.5 @ 99 maker part`, `3 rejected OFF_TICK`, `1 cancelled`. */
export function words(fact: Fact): string {
  const { pxDec, qtyDec } = INSTRUMENT
  const head = `${fact.orderId} ${KIND_NAMES[fact.kind]}`
  if (fact.kind !== FactKind.filled) return fact.code === 0 ? head : `${head} ${REJECT_NAMES[fact.code]}`
  const amounts = `${decToNumber(fact.quantity, qtyDec)} @ ${decToNumber(fact.price, pxDec)}`
  return `${head} ${amounts} ${fact.maker ? 'maker' : 'taker'}${fact.complete ? '' : ' part'}`
}

/** All but the acceptances, which a fill may imply. */
export function story(facts: readonly Fact[]): string[] {
  return facts.filter(({ kind }) => kind !== FactKind.accepted).map(words)
}
