/** RULES E, driven directly: round trips, where an entry goes, and what its target earns after costs. */

import { z } from 'zod'
import { loadCostPreset } from '../../../../datasets/dated/dated.ts'
import { REFUSAL_NAMES } from '../../../core/refusal.ts'
import { presetTradingCosts, roundTrip } from '../../../market/round-trip.ts'
import { atTarget, feeGate, minimumTarget } from '../../../rules/fee-gate.ts'
import { FEE_GATE, SMALL_BALANCE } from '../../../rules/presets.ts'
import { rateNumber, rateOf } from '../../../rules/rate.ts'
import { Router } from '../../../rules/routing.ts'
import { percentText, refusalText } from '../../narrate/words.ts'
import { defineKind, type Found } from '../kind.ts'
import { amount, exact, expect, money, QUOTE_DEC, shown } from './amounts.ts'

const schema = z.strictObject({
  preset: z.string().default('classic-2026-01'),
  venues: z.array(z.strictObject({ venue: z.string(), balance: amount, lists: z.boolean().default(true) })).min(1),
  target: amount.optional().describe("the signal's, as a fraction"),
  size: amount.optional().describe('of the position, to see what its target earns'),
  expect,
})

export const routingKind = defineKind<z.output<typeof schema>>({
  schema,
  async play({ preset: name, venues, target, size }) {
    const preset = await loadCostPreset(name)
    const options = venues.map(({ venue, balance, lists }) => ({
      ...{ venue, lists, balance: money(balance), roundTrip: roundTrip(presetTradingCosts(preset, venue)) },
    }))
    const asked = target === undefined ? null : rateOf(target)
    const route = new Router(SMALL_BALANCE, QUOTE_DEC).route(options, asked)
    const lines = options.map(
      (one) =>
        `${one.venue}: balance ${shown(one.balance)}, round trip ${percentText(rateNumber(one.roundTrip))}${one.lists ? '' : ", doesn't list the pair"}`,
    )
    if (route.venue === null) {
      lines.push(`→ skipped: ${refusalText(route.skip)}`)
      return { lines, found: { venue: null, skip: REFUSAL_NAMES[route.skip.code] } }
    }
    const margin = rateOf(FEE_GATE.marginFraction)
    const least = minimumTarget(route.roundTrip, margin)
    const raised = route.raisedTo === null ? '' : `, the target is raised to ${percentText(rateNumber(route.raisedTo))}`
    lines.push(`→ ${route.venue}${raised}; the least target worth it is ${percentText(rateNumber(least))}`)
    const gated = feeGate(route.target, route.roundTrip, margin)
    if (gated !== null) lines.push(`→ skipped: ${refusalText(gated)}`)
    const found: Record<string, Found> = {
      venue: route.venue,
      roundTrip: rateNumber(route.roundTrip),
      minimumTarget: rateNumber(least),
      target: route.target === null ? null : rateNumber(route.target),
      raisedTo: route.raisedTo === null ? null : rateNumber(route.raisedTo),
      skip: gated === null ? null : REFUSAL_NAMES[gated.code],
    }
    if (size !== undefined && asked !== null) {
      const { gain, cost, net } = atTarget(money(size), asked, route.roundTrip)
      lines.push(
        `a position of ${size} that reaches ${percentText(target!)} gains ${shown(gain)}, pays ${shown(cost)}: ${shown(net)}`,
      )
      Object.assign(found, { gain: exact(gain), cost: exact(cost), net: exact(net) })
    }
    return { lines, found }
  },
})
