/** RULES G, against the simulated account: the plan, each trade with what became of it, and the account afterwards. */

import { z } from 'zod'
import { rebalance, rebalanceKeys, rebalanceText } from '../../rebalance.ts'
import { defineKind, type Found } from '../kind.ts'
import { expect } from './amounts.ts'

const schema = z.strictObject({ ...rebalanceKeys, expect })

export const rebalanceKind = defineKind<z.output<typeof schema>>({
  schema,
  async play({ expect: _, ...spec }) {
    const report = await rebalance(spec, false)
    const { verdict, accountValue, positions, steps } = report
    const value = (amount: number): string => String(Math.round(amount * 1e8) / 1e8)
    return {
      lines: rebalanceText(report),
      found: {
        status: report.status,
        why: report.why,
        total: value(report.total),
        scale: report.scale,
        warnings: report.warnings,
        steps: steps.map((one) => ({ ...one, value: value(one.value) })) as unknown as Found,
        positions: Object.fromEntries(
          positions.map((one) => [one.symbol, { value: value(one.value), leverage: one.leverage }]),
        ),
        afterCloses: accountValue.afterCloses === null ? null : value(accountValue.afterCloses),
        accountValue: value(accountValue.after),
        freeMargin: value(report.freeMargin),
        fees: value(report.fees),
        cost: value(verdict.cost),
        asWanted: verdict.done,
        offWeight: verdict.offWeight.map(({ symbol }) => symbol),
        offLeverage: verdict.offLeverage.map(({ symbol }) => symbol),
      },
    }
  },
})
