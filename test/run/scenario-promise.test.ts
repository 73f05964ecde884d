/** Goal: C4's table comes out of really traded brackets, cell for cell; activity costs what it costs. */

import { expect, it } from 'vitest'
import { runScenario } from '../../engine/run/scenario.ts'

it('micro-cap-promise prints the table of the rules', async () => {
  const { met, cases } = await runScenario('micro-cap-promise')
  const [{ tables, lines }] = cases as [(typeof cases)[number]]
  expect(met).toBe(true)
  expect(tables[0]).toMatchObject({
    heads: ['taker each side', 'a win', 'a loss', '4 won, 4 lost', 'break-even win rate', 'at 40 % won (3.2 / 4.8)'],
    rows: [
      ['0', '+0.40', '−0.20', '+0.80', '33.3 %', '+0.32'],
      ['0.26 %', '+0.29496', '−0.30348', '−0.03408', '50.7 %', '−0.512832'],
      ['0.40 %', '+0.2384', '−0.3592', '−0.4832', '60.1 %', '−0.96128'],
      ['0.60 %', '+0.1576', '−0.4388', '−1.1248', '73.6 %', '−1.60192'],
    ],
  })
  expect(tables[1]!.rows).toEqual([
    ['0', '3.143614'],
    ['0.26 %', '2.992389'],
    ['0.40 %', '2.913702'],
  ])
  expect(lines[1]).toBe('Promised without fees: +0.80 a day, +24 a month, "48 % ROI" on 50.')
})

it('activity-kills: the same signals, fewer trades, less lost', async () => {
  const { cases } = await runScenario('activity-kills')
  type Side = { signals: number; trades: number; fees: string; finalEquity: string }
  const found = cases[0]!.found as unknown as Record<'legacy' | 'MICRO_CAP', Side>
  expect(found.legacy.signals).toBe(found.MICRO_CAP.signals)
  expect(found.legacy.trades).toBeGreaterThan(3 * found.MICRO_CAP.trades)
  expect(Number(found.legacy.fees)).toBeGreaterThan(Number(found.MICRO_CAP.fees))
  expect(Number(found.legacy.finalEquity)).toBeLessThan(Number(found.MICRO_CAP.finalEquity))
  expect(cases[0]!.tables[0]!.heads).toEqual(['', 'legacy', 'MICRO_CAP'])
})
