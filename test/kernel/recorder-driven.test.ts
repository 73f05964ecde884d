/** The recorder as the kernel drives it: every signal for an entry becomes an order or a counted refusal. */

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Dec, toDec } from '../../engine/core/dec.ts'
import { FactQueue } from '../../engine/core/fact.ts'
import { buildGrid, type Grid } from '../../engine/core/grid.ts'
import { FREE_RULEBOOK } from '../../engine/core/instrument.ts'
import { Purpose } from '../../engine/core/order.ts'
import { decodeRecords, RecordStream } from '../../engine/core/record.ts'
import type { Context, SignalOptions, Strategy } from '../../engine/core/strategy.ts'
import { MarketColumns } from '../../engine/kernel/columns.ts'
import { Kernel } from '../../engine/kernel/kernel.ts'
import { DecisionKind, Recorder } from '../../engine/kernel/recorder.ts'
import { flatFees, RATE_ONE, spreadModel } from '../../engine/sim/costs.ts'
import { constantLatency } from '../../engine/sim/latency.ts'
import { SimVenue } from '../../engine/sim/venue.ts'
import { instrumentOf, seriesOf } from '../core/support.ts'
import { plainRules } from '../support/runs.ts'

const MINUTE = 60_000
const ROWS = 120
const INSTRUMENTS = [0, 1].map((id) =>
  instrumentOf({ id, kind: 'spot', symbol: `S${id}/USD`, pxDec: 4, qtyDec: 8, quoteDec: 6 }),
)

/** Two symbols with gaps of their own. */
function gridOf(wave: number): Grid {
  const times = Array.from({ length: ROWS }, (_, row) => row * MINUTE)
  const price = (phase: number) => (time: number) => 50 + (((time / MINUTE) * wave + phase) % 17)
  return buildGrid([
    seriesOf('S0/USD', times, price(0)),
    seriesOf(
      'S1/USD',
      times.filter((_, row) => row % 7 !== 3),
      price(5),
    ),
  ])
}

type Act = 'none' | 'enter' | 'enterAgain' | 'limit' | 'bracket' | 'huge' | 'exit'

/** Does what the script says at each row; counts its signals for entries. */
function scripted(script: readonly (readonly [Act, Act])[], asked: { entries: number }): Strategy {
  let x: Context
  const options: Partial<Record<Act, SignalOptions>> = {
    limit: { limitPrice: 48 },
    bracket: { target: 0.02, stop: 0.01 },
    huge: { sizeQuote: 1e6 },
  }
  return {
    setup: (context) => void (x = context),
    onBar(row) {
      script[row % script.length]!.forEach((act, symbol) => {
        if (act === 'exit') x.exit(symbol)
        if (act === 'none' || act === 'exit') return
        for (let n = 0; n < (act === 'enterAgain' ? 2 : 1); n++) {
          asked.entries += 1
          x.enter(symbol, options[act] ?? {})
        }
      })
    },
  }
}

function drive(grid: Grid, script: readonly (readonly [Act, Act])[], latencyMs: number, plain: boolean) {
  const asked = { entries: 0 }
  const bytes: Buffer[] = []
  const stream = (domain: string): RecordStream => {
    const hash = createHash('sha256')
    const hasher = { update: (chunk: Uint8Array) => void hash.update(chunk), digest: () => hash.digest('hex') }
    return new RecordStream(domain, hasher, domain === 'decisions' ? (chunk) => bytes.push(Buffer.from(chunk)) : null)
  }
  const recorder = new Recorder(stream('decisions'), stream('outcomes'))
  const facts = new FactQueue()
  const rulebook = () => FREE_RULEBOOK
  const initialCash = toDec(1_000_000_000)
  const costs = { fees: flatFees(0.001, 0.002), spread: spreadModel(2, 1), latency: constantLatency(latencyMs) }
  const market = { grid, instruments: INSTRUMENTS, initialCash, rulebook }
  const model = { model: 'pessimistic', limitFill: 'through', leverage: RATE_ONE, participation: 0 } as const
  const kernel = new Kernel({
    ...market,
    columns: new MarketColumns(grid),
    strategy: scripted(script, asked),
    venue: new SimVenue({ ...market, ...costs, ...model }, facts),
    facts,
    recorder,
    rules: {
      ...plainRules({ sizing: { mode: 'percent', fraction: 0.4 } }),
      halfSpreadRate: 0.001,
    },
    takerRate: () => 2e9 as Dec,
    originRow: 0,
    equity: null,
  })
  kernel.start()
  if (plain) kernel.runPlain(grid.rows)
  else kernel.run(grid.rows)
  const digests = [recorder.decisions.digest(), recorder.outcomes.digest()]
  return { recorder, asked: asked.entries, records: decodeRecords(Buffer.concat(bytes)), digests }
}

it('entries + refusals = signals, and records, counts and tallies tell the same, by rows and by scans', () => {
  const act = fc.constantFrom<Act>('none', 'enter', 'enterAgain', 'limit', 'bracket', 'huge', 'exit')
  const script = fc.array(fc.tuple(act, act), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(script, fc.integer({ min: 1, max: 6 }), fc.constantFrom(0, 500, 90_000), (acts, wave, latencyMs) => {
      const grid = gridOf(wave)
      const [plain, scanned] = [true, false].map((way) => drive(grid, acts, latencyMs, way))
      for (const { recorder, asked, records } of [plain!, scanned!]) {
        expect(recorder.entrySignals).toBe(asked)
        expect(recorder.entryOrders + recorder.entryRefusals).toBe(recorder.entrySignals)
        const orders = records.filter((one) => one.kind === DecisionKind.order && (one.code & 15) === Purpose.entry)
        expect(orders).toHaveLength(recorder.entryOrders)
        const refused = records.filter((one) => one.kind === DecisionKind.refusal)
        const ours = [...recorder.skips.values()].filter((one) => !one.code.startsWith('VENUE_'))
        const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
        expect(sum(refused.map((one) => one.repeat))).toBe(sum(ours.map((one) => one.count)))
        refused.forEach((one, at) => {
          expect(one.numbers[2]).toBeGreaterThanOrEqual(one.timeMs)
          const next = records[records.indexOf(one) + 1]
          // Two records in a row are never equal refusals: they'd have been one.
          if (next !== undefined && next === refused[at + 1]) {
            expect([next.code, next.instrument, next.side]).not.toEqual([one.code, one.instrument, one.side])
          }
        })
      }
      expect(scanned!.digests).toEqual(plain!.digests)
      expect([...scanned!.recorder.skips.values()]).toEqual([...plain!.recorder.skips.values()])
    }),
    { seed: 20190407, numRuns: 150 },
  )
})
