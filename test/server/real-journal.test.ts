/** Goal: what the page shows of a real session is what the session itself has. Method: sessions in memory, their journals folded. */

import { expect, it } from 'vitest'
import { decToNumber } from '../../engine/core/dec.ts'
import { unitsOf } from '../../engine/run/header.ts'
import { SessionFold } from '../../engine/server/live/fold.ts'
import { runLive } from '../support/live-runs.ts'
import { randomCandles, randomSeries } from '../support/random-market.ts'
import { RandomStrategy } from '../support/random-strategy.ts'
import { marketOf } from '../support/runs.ts'

it.each([
  [
    'brackets on paper',
    'paper',
    { seed: 2, every: 5, brackets: true },
    marketOf(randomCandles({ seed: 2, bars: 400 })),
  ],
  [
    'resting entries, live',
    'live',
    { seed: 3, every: 4, brackets: true, resting: true },
    marketOf(randomCandles({ seed: 3, bars: 400 })),
  ],
  ['several symbols, live', 'live', { seed: 5, every: 3, brackets: true }, marketOf(randomSeries(5, 3, 400))],
] as const)('%s: books, equity and digest', async (_, kind, habits, market) => {
  const { decider, files } = await runLive({
    market,
    make: () => new RandomStrategy(habits),
    from: 100,
    kind,
  })
  const text = new TextDecoder().decode(files.read('journal.jsonl'))
  // Sessions in memory leave out what a real one's identity has: the units of its instruments.
  const units = JSON.stringify(unitsOf(decider.instruments))
  const fold = new SessionFold()
  for (const line of text.split('\n').slice(0, -1)) fold.line(line.replace('"units":{}', `"units":${units}`))
  expect(fold.brokenAt).toBeNull()
  expect(fold.rows).toBe(market.grid.rows - 100)
  expect(fold.fills).toBe(decider.kernel.portfolio.fills)
  expect(fold.fills).toBeGreaterThan(20)
  const { quoteDec } = decider.instruments[0]!
  expect(fold.cash).toBeCloseTo(decToNumber(decider.cash, quoteDec), 4)
  for (const { id, symbol, qtyDec } of decider.instruments) {
    const shown = fold.positions.find((one) => one.symbol === symbol)?.quantity ?? 0
    expect(shown).toBeCloseTo(decToNumber(decider.held(id), qtyDec), 6)
  }
  expect(fold.equityNow).toBeCloseTo(decider.equity, 2)
  const [digest] = [...text.matchAll(/"digest":"([0-9a-f]{64})"/g)].map(([, one]) => one).slice(-1)
  expect(fold.decisions.digest).toBe(digest)
  expect(fold.eventsAfter(-1).length).toBeGreaterThan(50)
})
