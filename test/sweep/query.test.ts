import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SweepQuery } from '../../engine/sweep/results/query.ts'
import { inline, rowsOf, runFile, sweep, testFolder } from './support.ts'

const SPACE = { space: { fast: [3, 5, 8], slow: [20, 40, 60] }, constraints: 'slow < 60' }

async function finished(): Promise<{ folder: string; rows: Record<string, unknown>[] }> {
  const runs = testFolder()
  const summary = await sweep(runFile(SPACE), inline(runs))
  return { folder: summary.folder, rows: await rowsOf(summary.files['results']!) }
}

describe('questions to a sweep', () => {
  it('order feasible trials by a column, from either end', async () => {
    const { folder, rows } = await finished()
    await SweepQuery.with(folder, async (query) => {
      const feasible = rows.filter(({ slow }) => Number(slow) < 60)
      const byTrades = feasible.toSorted((a, b) => Number(a['trades']) - Number(b['trades']))
      const least = await query.top(2, '-trades')
      expect(least.columns.slice(0, 4)).toEqual(['trial', 'fast', 'slow', 'trades'])
      expect(least.rows.map((row) => row[3])).toEqual(byTrades.slice(0, 2).map(({ trades }) => Number(trades)))
      const most = await query.top(1, 'trades')
      expect(most.rows[0]![3]).toBe(Number(byTrades.at(-1)!['trades']))
    })
  })

  it('pivot a column over two axes', async () => {
    const { folder, rows } = await finished()
    await SweepQuery.with(folder, async (query) => {
      const { columns, rows: lines } = await query.pivot('fast', 'slow', 'fees')
      expect(columns).toEqual(['fast \\ slow', '20', '40', '60'])
      expect(lines.flatMap((line) => line.slice(1))).toEqual(rows.map(({ fees }) => fees))
    })
  })

  it('show the best beside the trials one step away', async () => {
    const { folder, rows } = await finished()
    await SweepQuery.with(folder, async (query) => {
      const { rows: lines } = await query.stability(9, 'objective')
      expect(lines).toHaveLength(6)
      const corner = lines.find(([trial]) => trial === 0)!
      const [right, down] = [rows[1]!['objective'] as number, rows[3]!['objective'] as number]
      expect(corner.slice(4)).toEqual([2, (down + right) / 2, Math.min(right, down)])
    })
  })

  it('are any SQL', async () => {
    const { folder } = await finished()
    await SweepQuery.with(folder, async (query) => {
      const sql = 'select count(distinct t.trial) as n from trials t join returns using (trial) where slow = 20'
      expect(await query.sql(sql)).toEqual({ columns: ['n'], rows: [[3]] })
      await expect(query.sql('select nothing from trials')).rejects.toThrow('nothing')
      await expect(query.top(1, 'sharp')).rejects.toThrow("no column 'sharp'")
      await expect(query.pivot('fast', 'sharpe', 'fees')).rejects.toThrow('no axis')
    })
  })

  it('need a finished sweep', async () => {
    const folder = testFolder()
    await expect(SweepQuery.with(folder, async () => {})).rejects.toThrow('no folder of a sweep')
    await expect(SweepQuery.with(join(folder, 'none'), async () => {})).rejects.toThrow('no folder of a sweep')
  })
})
