/** What a reader types above the trades keeps the rows that it says, and tells what it doesn't understand. */

import { describe, expect, it } from 'vitest'
import { column, type Dataset } from '../../reports/dataset.ts'
import { type Filter, readFilter } from '../../reports/page/filter.ts'
import { tabulate } from '../../reports/tabulate.ts'

const HOUR = 3_600_000
const rows = [
  { symbol: 'BTC/USD', side: 'long', entry: Date.UTC(2021, 2, 4), pnl: -12.5, share: -0.02, held: 5 * HOUR },
  { symbol: 'ETH/USD', side: 'short', entry: Date.UTC(2021, 2, 9), pnl: 40, share: 0.015, held: 60 * HOUR },
  { symbol: 'BTC/USD', side: 'long', entry: Date.UTC(2022, 0, 1), pnl: 0, share: 0, held: null },
]
const table = tabulate<(typeof rows)[number]>('Trades', rows, [
  ['symbol', 'Symbol', 'text', (one) => one.symbol],
  ['side', 'Side', 'text', (one) => one.side],
  ['entryTime', 'Entry', 'time', (one) => one.entry],
  ['pnl', 'PnL (USD)', 'money', (one) => one.pnl],
  ['returnFraction', 'Return', 'fraction', (one) => one.share],
  ['duration', 'Held', 'duration', (one) => one.held],
])

const rowsKept = ({ keeps }: Filter): number[] => rows.map((_, row) => row).filter(keeps)

describe('readFilter', () => {
  it.each([
    ['', [0, 1, 2]],
    ['btc', [0, 2]],
    ['btc long', [0, 2]],
    ['BTC short', []],
    ['pnl<0', [0]],
    ['pnl>=0', [1, 2]],
    ['pnl=40', [1]],
    ['pnl>−13', [0, 1, 2]],
    ['return>=1.5%', [1]],
    ['return<0.01', [0, 2]],
    ['held>2d', [1]],
    ['held<=5h', [0]],
    ['duration>0 btc', [0]],
    ['entry>=2021-03-09', [1, 2]],
    ['entry=2021', [0, 1]],
    ['entry<2021-03-09', [0]],
    ['side=long pnl<0', [0]],
    ['pnl(usd)<0', [0]],
  ])('keeps by %j', (text, kept) => {
    const filter = readFilter(text, table)
    expect(filter.trouble).toBeNull()
    expect(rowsKept(filter)).toEqual(kept)
  })

  it('tells an unknown column and what is no number', () => {
    expect(readFilter('moon>3 pnl>much eth', table).trouble).toBe('no column moon; much is no number')
    expect(rowsKept(readFilter('pnl>much', table))).toEqual([])
    expect(readFilter('held>soon', table).trouble).toBe('soon is no span of time')
  })
})

const dataset: Dataset = {
  title: 'x',
  columns: [
    column('name', 'Name', 'text', ['Alpha', 'beta', null, 'a<b']),
    column('fast', 'Fast', 'number', [5, 10, null, 20]),
    column('share', 'Share', 'fraction', [0.1, 0.2, 0.3, null]),
  ],
}

const kept = (text: string): number[] => [0, 1, 2, 3].filter(readFilter(text, dataset).keeps)

describe('a filter of trades', () => {
  it.each([
    ['', [0, 1, 2, 3]],
    ['alp', [0]],
    ['A', [0, 1, 3]],
    ['fast<20', [0, 1]],
    ['FAST>=10', [1, 3]],
    ['fast!=10 a', [0, 3]],
    ['share>=20%', [1, 2]],
    ['name=BETA', [1]],
    ['name!=beta', [0, 2, 3]],
    ['a<b', [3]],
    ['fast>x', []],
    ['nothing', []],
  ])('%s', (text, expected) => {
    expect(kept(text)).toEqual(expected)
  })
})
