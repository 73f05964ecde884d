/**
 * Goal: no strategy gets away with knowing what it can't. Eight cheats are caught, with bar, column and the line of the
 * strategy; a cache that was filled before the check began is caught too.
 */

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TandemError } from '../../engine/core/errors.ts'
import type { Strategy } from '../../engine/core/strategy.ts'
import { checkLookAhead, type LookAheadOptions } from '../../engine/run/look-ahead/check.ts'
import { loadAfresh, loadStrategy } from '../../engine/run/strategy-loader.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { randomCandles } from '../support/random-market.ts'
import { marketOf, plainConfig, seriesOf } from '../support/runs.ts'
import { CHEATS } from './cheats.ts'

const names = ['LOST/USD', 'WON/USD']
const market = marketOf(names.map((name, k) => seriesOf(randomCandles({ seed: 30 + k, bars: 400 }), name)))
const config = plainConfig({
  data: { venue: 'test', symbols: names, timeframe: '1h' },
  sizing: { mode: 'percent', fraction: 0.3 },
})

function caught(create: () => Strategy, options: LookAheadOptions = {}): string {
  try {
    checkLookAhead(config, market, plainTerms(config), create, options)
  } catch (error) {
    if (error instanceof TandemError && error.code === 'LOOK_AHEAD') return error.line
    throw error
  }
  return 'not caught'
}

describe('cheats', () => {
  it.each([
    ["the next bar's close", /reads close of LOST\/USD at row 51 .* while deciding bar 50/],
    ["the day's high", /reads high of LOST\/USD at row 51 .* while deciding bar 50/],
    ['a full-sample mean', /reads close of LOST\/USD at row 0 .* in setup/],
    ['a shared cache', /decisions change after it has run on other data: it keeps something .*first at bar \d+/],
    ['a resampled bar that has not closed', /reads close of LOST\/USD at row 51/],
    ['a comparison only', /reads low of LOST\/USD at row 51/],
    ['a label in the symbol list', /change when its symbols' names are hidden.*first at bar \d+/],
    ['sorting by future return', /reads close of LOST\/USD at row 399 .* in setup/],
  ])('%s', (name, expected) => {
    const line = caught(CHEATS[name]!)
    expect(line).toMatch(expected)
    expect(line).toMatch(/^strategy, .*cheats\.ts:\d+: /)
  })

  it('a cache filled before the check began, by a module that has seen nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-cheat-'))
    const file = join(folder, 'keeper.ts')
    writeFileSync(file, KEEPER)
    const loaded = await loadStrategy({ file }, { registry: {}, cacheFolder: join(folder, 'cache') })
    const create = () => loaded.module.create({})
    const terms = plainTerms(config)
    // A backtest before the check fills the cache; the check's own first run is the second already.
    try {
      checkLookAhead(config, market, terms, create, { cuts: 1 })
    } catch {}
    const afresh = await loadAfresh(loaded)
    const line = caught(create, { fresh: () => afresh.create({}) })
    expect(line).toMatch(/it keeps something from run to run, first at bar \d+/)
    expect(line).toMatch(/keeper\.ts:(18|19): /)
  })
})

const KEEPER = `import { type Context, defineStrategy, z } from 'tandem'

const closes: number[] = []
let full = false

export default defineStrategy({
  name: 'keeper',
  description: 'Keeps what it saw first, for ever.',
  params: z.strictObject({}),
  create: () => {
    let x: Context, close: Float64Array
    return {
      setup(context) { x = context; close = x.column(0, 'close') },
      onBar(row) {
        if (!full) { closes[row] = close[row]!; full = row > 395 }
        const up = full && closes[row + 1] !== undefined ? closes[row + 1]! > close[row]! : row % 9 === 0
        if (up) {
          if (x.position(0) === 0) x.enter(0)
        } else if (x.position(0) !== 0) x.exit(0)
      },
    }
  },
})
`
