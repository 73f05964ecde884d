/** RULES B3 and D2, driven directly: the need, which positions are sold, and the plan with the venue's answers. */

import { z } from 'zod'
import { type Dec, Rounding } from '../../../core/dec.ts'
import { notional } from '../../../core/instrument.ts'
import { LEGACY_PORTFOLIO_SIZING, PORTFOLIO_SIZING } from '../../../rules/presets.ts'
import { afterCost, rateOf } from '../../../rules/rate.ts'
import { type Candidate, reallocationFor } from '../../../rules/reallocation.ts'
import { ReallocationPlan } from '../../../rules/reallocation-plan.ts'
import { PortfolioSizer } from '../../../rules/sizing.ts'
import { percentText, refusalText } from '../../narrate/words.ts'
import { defineKind, type Found } from '../kind.ts'
import {
  amount,
  exact,
  expect,
  money,
  pricePlaces,
  QUOTE_DEC,
  quantityPlaces,
  quantityText,
  rulebookOf,
  shown,
  spot,
} from './amounts.ts'

const candidateSchema = z.strictObject({
  symbol: z.string(),
  held: amount,
  price: amount,
  score: z.number().nullable().default(null),
  pnl: z.number().default(0).describe('unrealised, as a fraction of entry cost'),
  step: amount.default(0),
  minQty: amount.default(0),
  minCost: amount.default(0),
})

const schema = z.strictObject({
  symbol: z.string().default('SOL/USD').describe('what is to be bought'),
  preset: z.enum(['portfolio', 'legacy']).default('portfolio'),
  totalEquity: amount,
  available: amount,
  costs: amount.default(0).describe('fee and half-spread of each side, as a fraction'),
  score: z.number().nullable().default(null),
  positions: z.array(candidateSchema).default([]),
  /** What the venue answers to the sells, in order; a text is a failure, absent fills at the price. */
  answers: z.array(z.union([z.literal('filled'), z.strictObject({ failed: z.string() })])).default([]),
  expect,
})

type Given = z.output<typeof schema>

export const reallocationKind = defineKind<Given>({
  schema,
  play(given) {
    const sizer = new PortfolioSizer(given.preset === 'legacy' ? LEGACY_PORTFOLIO_SIZING : PORTFOLIO_SIZING, QUOTE_DEC)
    const costs = rateOf(given.costs)
    const [totalEquity, available] = [money(given.totalEquity), money(given.available)]
    const normal = sizer.size(totalEquity, available, costs)
    const need = sizer.need(totalEquity, available, costs, costs)
    const lines = [
      `total equity ${shown(totalEquity)}, ${shown(available)} available, costs ${percentText(given.costs)} a side`,
      `without reallocation: ${normal.wanted === null ? refusalText(normal.skip) : `${shown(normal.wanted)} is wanted`}`,
      `with reallocation: ${shown(need.wanted)} wanted takes ${shown(need.needed)}, short of ${shown(need.shortfall)}, sells of ${shown(need.minimumSells)} at least`,
    ]
    const found: Record<string, Found> = {
      normal: normal.wanted === null ? null : exact(normal.wanted),
      wanted: exact(need.wanted),
      needed: exact(need.needed),
      shortfall: exact(need.shortfall),
      minimumSells: exact(need.minimumSells),
    }
    const candidates = candidatesOf(given)
    const query = { totalEquity, available, buyCostRate: costs, sellCostRate: costs, candidates, score: given.score }
    const chosen = reallocationFor(sizer, query)
    if (chosen === null) {
      lines.push('→ a normal trade: nothing is short, or the positions can not cover it')
      return { lines, found: { ...found, sells: [], outcome: 'normal' } }
    }
    const plan = new ReallocationPlan(
      { sells: chosen.sells, instrument: candidates.length, wanted: need.wanted, available, buyCostRate: costs },
      sizer,
    )
    found['sells'] = chosen.sells.map((sell) => ({
      symbol: given.positions[sell.instrument]!.symbol,
      quantity: quantityText(sell.quantity),
      value: exact(sell.value),
      whole: sell.whole,
    }))
    drive(plan, given, candidates, costs, lines)
    const { outcome, reason, received, bought } = plan.result!
    return { lines, found: { ...found, outcome, reason, received: exact(received), bought: exact(bought) } }
  },
})

function candidatesOf({ positions }: Given): Candidate[] {
  return positions.map((one, id) => ({
    instrument: spot(one.symbol, id),
    rulebook: rulebookOf(one),
    held: quantityPlaces(one.held),
    price: pricePlaces(one.price),
    score: one.score,
    pnlFraction: one.pnl,
  }))
}

/** Carries the plan out: each sell is answered as the scenario says, the buy is filled. */
function drive(
  plan: ReallocationPlan,
  { answers, symbol }: Given,
  candidates: readonly Candidate[],
  costs: Dec,
  lines: string[],
): void {
  let sold = 0
  for (let commands = plan.next(); commands.length > 0; commands = plan.next()) {
    for (const command of commands) {
      if (command.kind === 'sell') {
        const { instrument, price } = candidates[command.instrument]!
        const answer = answers[sold++] ?? 'filled'
        const text = `sell ${quantityText(command.quantity)} ${instrument.symbol}`
        if (answer !== 'filled') {
          lines.push(`→ ${text}: failed, ${answer.failed}`)
          plan.onFact({ kind: 'failed', id: command.id, reason: answer.failed })
          continue
        }
        const net = afterCost(notional(instrument, price, command.quantity, Rounding.floor), costs)
        lines.push(`→ ${text}: filled, ${shown(net)} comes in`)
        plan.onFact({ kind: 'fill', id: command.id, quantity: command.quantity, net, complete: true })
      } else if (command.kind === 'buy') {
        lines.push(`→ buy ${symbol} for ${shown(command.valueQuote)}: sized by what came in`)
        plan.onFact({ kind: 'done', id: command.id })
      }
    }
  }
  const { reason } = plan.result!
  if (reason !== null) lines.push(`→ the buy is cancelled: ${reason}`)
}
