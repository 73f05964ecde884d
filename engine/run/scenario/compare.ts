/** The kind `compare`: the same market and the same signals under several configurations, side by side. */

import { z } from 'zod'
import { type Dec, formatDec, toDec } from '../../core/dec.ts'
import { percentText } from '../narrate/words.ts'
import { defineKind, type Found, type PlayedTable } from './kind.ts'
import { type CaseRun, playRun, runCaseSchema } from './run-kind.ts'

const section = z.record(z.string(), z.unknown())

const schema = runCaseSchema.extend({
  sides: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        account: section.default({}),
        costs: section.default({}),
        rules: section.default({}),
        sizing: section.optional(),
      }),
    )
    .min(2),
})

type Given = z.output<typeof schema>

export const compareKind = defineKind<Given>({
  schema,
  async play({ sides, ...shared }, where) {
    const figures: [string, Figures][] = []
    for (const { name, sizing, ...own } of sides) {
      const run = await playRun(
        {
          ...shared,
          account: { ...shared.account, ...own.account },
          costs: { ...shared.costs, ...own.costs },
          rules: { ...shared.rules, ...own.rules },
          ...(sizing === undefined ? {} : { sizing }),
        },
        where,
      )
      figures.push([name, figuresOf(run)])
    }
    return {
      lines: figures.map(([name, one]) => sentence(name, one)),
      tables: [table(figures)],
      found: Object.fromEntries(figures.map(([name, one]) => [name, one as unknown as Found])),
    }
  },
})

/** Money as exact texts. */
interface Figures {
  readonly signals: number
  readonly entries: number
  readonly refusals: Readonly<Record<string, number>>
  readonly trades: number
  readonly won: number
  readonly grossProfit: string
  readonly fees: string
  /** Null where no trade gained anything before fees. */
  readonly feeShareOfGross: number | null
  readonly finalEquity: string
  readonly initialEquity: number
}

function figuresOf({ executed, config }: CaseRun): Figures {
  const { recorder, kernel } = executed
  const { ledger, trades } = kernel.portfolio
  const closed = trades.closed()
  const grosses = closed.map((one) => toDec(one.side * (one.exitValue - one.entryValue)))
  const profit = toDec(grosses.reduce((sum, one) => sum + Math.max(0, one), 0))
  const refusals: Record<string, number> = {}
  for (const { code, count } of recorder.skips.values()) refusals[code] = (refusals[code] ?? 0) + count
  const text = (amount: Dec): string => formatDec(amount, ledger.quoteDec)
  return {
    signals: recorder.entrySignals,
    entries: recorder.entryOrders,
    refusals,
    trades: closed.length,
    won: closed.filter((one, i) => grosses[i]! > one.entryFee + one.exitFee).length,
    grossProfit: text(profit),
    fees: text(ledger.feesPaid),
    feeShareOfGross: profit === 0 ? null : ledger.feesPaid / profit,
    finalEquity: kernel.marker.equityNow.toFixed(6),
    initialEquity: config.account.equity,
  }
}

function sentence(name: string, one: Figures): string {
  const change = Number(one.finalEquity) / one.initialEquity - 1
  const share =
    one.feeShareOfGross === null ? '' : `, ${percentText(Number(one.feeShareOfGross.toFixed(4)))} of its gross profit`
  return `${name}: ${one.signals} entry signals became ${one.trades} trades; fees of ${Number(one.fees).toFixed(2)}${share}; ${one.initialEquity} became ${Number(one.finalEquity).toFixed(2)} (${(change * 100).toFixed(2)} %)`
}

function table(figures: readonly (readonly [string, Figures])[]): PlayedTable {
  const row = (label: string, pick: (one: Figures) => string): string[] => [
    label,
    ...figures.map(([, one]) => pick(one)),
  ]
  const fixed = (text: string): string => Number(text).toFixed(2)
  return {
    title: 'Side by side',
    heads: ['', ...figures.map(([name]) => name)],
    rows: [
      row('entry signals', (one) => String(one.signals)),
      row('trades', (one) => String(one.trades)),
      row('won', (one) => String(one.won)),
      row('gross profit', (one) => fixed(one.grossProfit)),
      row('fees', (one) => fixed(one.fees)),
      row('fees / gross profit', (one) =>
        one.feeShareOfGross === null ? '-' : `${(one.feeShareOfGross * 100).toFixed(1)} %`,
      ),
      row('final equity', (one) => fixed(one.finalEquity)),
      row('return', (one) => `${((Number(one.finalEquity) / one.initialEquity - 1) * 100).toFixed(2)} %`),
    ],
  }
}
