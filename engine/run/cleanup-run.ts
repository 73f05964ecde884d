/** `tandem cleanup CONFIG`: the account that a run file's backtest leaves, cleaned up on the simulated venue. */

import { TandemError } from '../core/errors.ts'
import type { DustPosition } from '../core/result.ts'
import { prepareStrategy } from './backtest.ts'
import type { CleanupOptions, CleanupReport } from './cleanup.ts'
import type { ResolvedConfig } from './config/index.ts'
import { dustOf } from './dust.ts'
import { execute } from './execute.ts'
import { loadMarket, makeInstruments } from './market.ts'
import { timeText } from './narrate/words.ts'
import { refuseAccounts } from './one-account.ts'
import { loadTerms } from './terms.ts'

export interface CleanupRunOptions extends CleanupOptions {
  readonly store: string
  /** What `strategy.file` is relative to. */
  readonly baseFolder: string
}

/** A cleanup with the account after it. */
export interface SimulatedCleanup extends CleanupReport {
  readonly name: string
  /** When the plan was made, UTC. */
  readonly at: string
  readonly finalEquity: number
  readonly dust: readonly DustPosition[]
}

/** Throws `UNKNOWN_VENUE` for a venue that isn't the run's, `TOO_SHORT` for a market of fewer than three bars. */
export async function cleanUpRun(config: ResolvedConfig, options: CleanupRunOptions): Promise<SimulatedCleanup> {
  refuseAccounts(config, 'a cleanup')
  const { venue, dryRun } = options
  if (venue !== null && !config.venues.includes(venue)) {
    throw new TandemError(`'${venue}' is no venue of the run`, {
      code: 'UNKNOWN_VENUE',
      where: '--venue',
      hint: `it has ${config.venues.join(', ')}`,
    })
  }
  const strategy = await prepareStrategy(config, options.baseFolder)
  const market = await loadMarket(config, options.store)
  if (market.grid.rows < 3) {
    throw new TandemError(`${market.grid.rows} bars are too few to clean up after`, {
      code: 'TOO_SHORT',
      where: 'data',
      hint: 'the plan is carried out on the last bar: give three at least',
    })
  }
  const terms = await loadTerms(config)
  const instruments = makeInstruments(config, market.grid)
  try {
    const executed = execute(config, market, instruments, strategy.create(), { terms, cleanup: { venue, dryRun } })
    const { cleanup, kernel } = executed
    const finalEquity = kernel.marker.equityNow
    const dust = dustOf(executed, market.grid)
    return { name: config.name, at: timeText(cleanup!.atMs), ...cleanup!, finalEquity, dust }
  } catch (error) {
    throw strategy.failure(error)
  }
}
