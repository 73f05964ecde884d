/** A stored run, as far as the list of the workbench reads it. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A run's folder with what the list reads of it. */
export function writeRunFolder(runs: string, id: string, changes: Readonly<Record<string, unknown>> = {}): void {
  const folder = join(runs, id)
  mkdirSync(folder, { recursive: true })
  const { strategy = 'sma-cross', symbol = 'BTC/USD', metrics = {}, ...summary } = changes
  const config = {
    name: summary['name'] ?? id,
    strategy: { name: strategy },
    data: { venue: 'kraken', symbols: [symbol], timeframe: '1h' },
  }
  writeFileSync(join(folder, 'config.yaml'), `${JSON.stringify(config)}\n`)
  const written = {
    runId: id,
    name: id,
    trades: 3,
    fromMs: 1_577_836_800_000,
    toMs: 1_580_515_200_000,
    finalEquity: 10_100,
    initialEquity: 10_000,
    metrics: { totalReturn: 0.01, sharpe: 1.2, maxDrawdown: -0.05, ...(metrics as object) },
    ...summary,
  }
  writeFileSync(join(folder, 'summary.json'), JSON.stringify(written))
}
