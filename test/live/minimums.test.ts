/**
 * Goal: what refusals teach of least orders outlives a session: the next one begins with it, a reset takes effect at the
 * next start, and the journal replays all the same. Method: sessions at a venue that refuses small orders; the file of the
 * store is an array here.
 */

import { describe, expect, it } from 'vitest'
import { RejectCode } from '../../engine/core/fact.ts'
import type { LearnedMinimum } from '../../engine/core/minimum.ts'
import { ExchangeError, type ExchangePort } from '../../engine/live/exchange.ts'
import { readJournal } from '../../engine/live/journal-record.ts'
import { OrderTable } from '../../engine/live/order-table.ts'
import { namingOf } from '../../engine/live/recovery.ts'
import { replay } from '../../engine/live/replay.ts'
import { deciderOf, type LiveCase, LiveWorld } from '../support/live-runs.ts'
import { randomCandles } from '../support/random-market.ts'
import { RandomStrategy } from '../support/random-strategy.ts'
import { marketOf } from '../support/runs.ts'

const one: LiveCase = {
  market: marketOf(randomCandles({ seed: 12, bars: 140 })),
  make: () => new RandomStrategy({ seed: 12, every: 3 }),
  changes: { sizing: { mode: 'fixed', quote: 20 } },
  from: 60,
  kind: 'live',
}

/** Refuses entries, and names no number. */
function strict(world: LiveWorld): ExchangePort {
  const refuse = async (order: { reduceOnly: boolean }): Promise<never> => {
    const reject = RejectCode.belowMinimum
    throw new ExchangeError(`too small ${order.reduceOnly}`, { kind: 'rejected', code: 'BELOW_MINIMUM', reject })
  }
  return new Proxy(world.exchange, {
    get: (target, name) => {
      const member: unknown = name === 'submit' ? refuse : Reflect.get(target, name, target)
      return typeof member === 'function' && name !== 'submit' ? member.bind(target) : member
    },
  }) as unknown as ExchangePort
}

const known: LearnedMinimum = {
  ...{ venue: 'test', symbol: 'BTC/USD', minimumQuote: '25', origin: 'inferred', sizeQuote: '20', atMs: 1 },
}

function inputs(world: LiveWorld): unknown[] {
  const { records } = readJournal(world.files.read('journal.jsonl'), 'journal')
  const again = replay(records, deciderOf(one), new OrderTable(), namingOf)
  expect(again.difference).toBeNull()
  return records.flatMap(({ kind, body }) =>
    kind === 'INPUT' && (body as { command?: string }).command === 'minimums'
      ? [(body as { minimums: unknown }).minimums]
      : [],
  )
}

describe('learned minimums', () => {
  it('a refusal teaches one, and the restarted session knows it from its journal', async () => {
    const world = new LiveWorld(one)
    const first = await world.run((row) => row < 90, { exchange: strict(world) })
    const [learned] = first.decider.minimums()
    expect(learned).toMatchObject({
      symbol: 'BTC/USD',
      minimumQuote: expect.stringMatching(/^2[45]/),
      origin: 'inferred',
    })
    const second = await world.run((row) => row < 95, { minimums: () => [learned!] })
    expect(second.decider.minimums()).toEqual([learned])
    expect(inputs(world)).toEqual([])
  })

  it('a new session begins with what the store knows, and sends nothing below it', async () => {
    const world = new LiveWorld(one)
    const { decider } = await world.run(() => true, { minimums: () => [known] })
    expect(decider.minimums()).toEqual([known])
    expect(decider.kernel.portfolio.fills).toBe(0)
    expect(inputs(world)).toEqual([[known]])
  })

  it('a reset takes effect at the next start', async () => {
    const world = new LiveWorld(one)
    await world.run((row) => row < 80, { minimums: () => [known] })
    const { decider } = await world.run(() => true, { minimums: () => [] })
    expect(decider.minimums()).toEqual([])
    expect(decider.kernel.portfolio.fills).toBeGreaterThan(0)
    expect(inputs(world)).toEqual([[known], []])
  })
})
