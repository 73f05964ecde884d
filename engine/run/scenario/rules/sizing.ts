/** RULES B1 to B4, driven directly: from available cash and total equity to a wanted size or a skip. */

import { z } from 'zod'
import { REFUSAL_NAMES, REFUSAL_NUMBERS } from '../../../core/refusal.ts'
import {
  DYNAMIC_SIZING,
  LEGACY_PORTFOLIO_SIZING,
  PORTFOLIO_SIZING,
  TIER_MINIMUMS,
  TIER_OF_ASSET,
} from '../../../rules/presets.ts'
import { rateOf } from '../../../rules/rate.ts'
import { DynamicSizer, fixedSize, PortfolioSizer, type Size, standardSize } from '../../../rules/sizing.ts'
import { bindingMinimum, TierTable } from '../../../rules/tiers.ts'
import { percentText, refusalText } from '../../narrate/words.ts'
import { defineKind } from '../kind.ts'
import { amount, exact, expect, money, QUOTE_DEC, shown } from './amounts.ts'

const schema = z.strictObject({
  mode: z.enum(['dynamic', 'fixed', 'portfolio', 'standard']),
  available: amount,
  totalEquity: amount.optional().describe('default: what is available'),
  costs: amount.default(0).describe('fee and half-spread of the entry, as a fraction'),
  symbol: z.string().default('SOL/USDT'),
  tiers: z.enum(['relaxed', 'strict', 'off']).default('relaxed'),
  venueMinimum: amount.default(0),
  quote: amount.default(20).describe('the fixed size'),
  positions: z.int().min(1).default(3).describe('positions allowed, of the standard size'),
  preset: z.enum(['portfolio', 'legacy']).default('portfolio'),
  expect,
})

type Given = z.output<typeof schema>

export const sizingKind = defineKind<Given>({
  schema,
  play(given) {
    const { mode, symbol, tiers, available, venueMinimum } = given
    const table = tiers === 'off' ? null : new TierTable(TIER_MINIMUMS[tiers], TIER_OF_ASSET, QUOTE_DEC)
    const tier = table?.tier(symbol) ?? null
    const minimum = bindingMinimum(table?.minimum(symbol) ?? money(0), money(venueMinimum))
    const size = sizeOf(given, minimum)
    const equity = given.totalEquity ?? available
    const lines = [
      `${mode} sizing of ${symbol}: ${shown(money(available))} available of total equity ${shown(money(equity))}, ` +
        `costs of ${percentText(given.costs)} on top`,
      `minimum ${shown(minimum.amount)} (${minimum.source}${tier === null ? '' : `, ${tier}`})`,
      size.skip === null ? `→ ${shown(size.wanted)} is wanted` : `→ skipped: ${refusalText(size.skip)}`,
    ]
    const { skip } = size
    const [a, b] = skip === null ? ['', ''] : REFUSAL_NUMBERS[skip.code]
    return {
      lines,
      found: {
        wanted: size.wanted === null ? null : exact(size.wanted),
        skip: skip === null ? null : { code: REFUSAL_NAMES[skip.code], [a]: skip.first, [b]: skip.second },
        tier,
        minimum: exact(minimum.amount),
      },
    }
  },
})

function sizeOf(given: Given, minimum: ReturnType<typeof bindingMinimum>): Size {
  const dynamic = new DynamicSizer(DYNAMIC_SIZING, QUOTE_DEC)
  const preset = given.preset === 'legacy' ? LEGACY_PORTFOLIO_SIZING : PORTFOLIO_SIZING
  const portfolio = new PortfolioSizer(preset, QUOTE_DEC)
  const available = money(given.available)
  const totalEquity = money(given.totalEquity ?? given.available)
  const costs = rateOf(given.costs)
  if (given.mode === 'dynamic') return dynamic.size(available, minimum)
  if (given.mode === 'portfolio') return portfolio.size(totalEquity, available, costs)
  if (given.mode === 'fixed') return fixedSize(money(given.quote), available, costs, dynamic, minimum)
  return { wanted: standardSize(totalEquity, available, given.positions, portfolio, costs), skip: null }
}
