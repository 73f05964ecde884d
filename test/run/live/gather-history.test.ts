/**
 * The candles before a session's first: a venue tells so many and no more (Kraken 720), and what lies between them and the
 * bundle's last must come from the store, or the session is refused.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importFile } from '../../../datasets/import/import-file.ts'
import type { VenueCandle } from '../../../engine/live/exchange.ts'
import { resolveConfig } from '../../../engine/run/config/index.ts'
import type { FromBundle } from '../../../engine/run/live/from-bundle.ts'
import { gatherHistory } from '../../../engine/run/live/gather-history.ts'
import { loadMarket } from '../../../engine/run/market.ts'

const MINUTE_MS = 60_000
const FROM_MS = Date.UTC(2026, 2, 1)
const at = (minute: number): number => FROM_MS + minute * MINUTE_MS
/** The bundle's last minute was 600, it is 2000 now, and the venue tells the last 720. */
const [BUNDLE, NOW] = [600, 2000]

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-history-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const venue = {
  candles: async (_: string, __: number, sinceMs: number): Promise<readonly VenueCandle[]> => {
    const minutes = Array.from({ length: 720 }, (_, k) => NOW - 720 + k).filter((minute) => at(minute) >= sinceMs)
    return minutes.map((minute) => ({ openMs: at(minute), open: 2, high: 2, low: 2, close: 2, volume: 1 }))
  },
}

/** A store with candles of these minutes, and a bundle of its first 600. */
async function prepared(
  minutes: readonly number[],
  hash: 'right' | 'other',
): Promise<{ bundle: FromBundle; store: string }> {
  const store = join(folder, 'store')
  const file = join(folder, 'XBTUSD_1.csv')
  writeFileSync(file, minutes.map((minute) => `${at(minute) / 1000},1,1,1,1,1,1\n`).join(''))
  await importFile(file, { venue: 'kraken', symbol: 'BTC/USD', timeframeMs: MINUTE_MS, store })
  const day = (minute: number): string => new Date(at(minute)).toISOString()
  const range = { from: day(0), to: day(BUNDLE) }
  const data = { venue: 'kraken', symbols: ['BTC/USD'], timeframe: '1m', ...range }
  const config = resolveConfig({ name: 'h', strategy: { name: 'sma-cross' }, data }, 'test')
  const { dataHash } = await loadMarket(config, store)
  const origin = { fromMs: at(0), toMs: at(BUNDLE) }
  const content = { origin, hashes: { data: hash === 'right' ? dataHash : 'other' } }
  return { bundle: { config, content, timeframeMs: MINUTE_MS } as unknown as FromBundle, store }
}

const span = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, k) => from + k)

describe('the candles before a session', () => {
  for (const hash of ['right', 'other'] as const) {
    it(`come from the store until the venue's begin, ${hash === 'right' ? 'the bundle’s own, too' : 'from the bundle’s last'}`, async () => {
      const { bundle, store } = await prepared(span(0, 1400), hash)
      const { rows, beginning } = await gatherHistory(bundle, venue, store, at(NOW))
      expect(beginning).toBe(hash === 'right' ? 'whole' : 'snapshots')
      expect(rows.map(({ openMs }) => openMs)).toEqual(span(hash === 'right' ? 0 : BUNDLE, NOW).map(at))
      // From where both have candles on they are the venue's.
      expect(rows.map(({ candles }) => candles[0]!.close).indexOf(2)).toBe(rows.length - 720)
    })
  }

  it('keep the holes that the store has between its first and its last', async () => {
    const { bundle, store } = await prepared([...span(0, 900), ...span(903, 1400)], 'right')
    const { rows } = await gatherHistory(bundle, venue, store, at(NOW))
    expect(rows).toHaveLength(NOW - 3)
  })

  it('are refused where the store ends before the venue’s begin: indicators would go on over a hole', async () => {
    const { bundle, store } = await prepared(span(0, 1270), 'right')
    await expect(gatherHistory(bundle, venue, store, at(NOW))).rejects.toMatchObject({
      code: 'HISTORY_GAP',
      message: expect.stringContaining('begin 680 bars after'),
      hint: expect.stringContaining('tandem data pull --venue kraken --symbol BTC/USD --timeframe 1m'),
    })
  })
})
