/** The command line from its start to a finished run: a store of 2.6 million bars, `tandem backtest --no-report`. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { formatTable } from '../../engine/cli/output.ts'
import { median } from './measure.ts'
import { JOB } from './reference-run.ts'
import type { Check } from './verdict.ts'

const SERIES = { venue: 'bench', symbol: 'BTC/USD', timeframe: '1m' }

export interface ColdFigures {
  readonly bars: number
  /** Of each process, from its start to its end. */
  readonly seconds: readonly number[]
  readonly trades: number
}

export function measureCold(isQuick: boolean, log: (line: string) => void): ColdFigures {
  const bars = isQuick ? 100_000 : 2_600_000
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'))
  const main = fileURLToPath(new URL('../../engine/cli/main.js', import.meta.url))
  const tandem = (...words: string[]): string =>
    execFileSync(process.execPath, [main, ...words, '--json'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  try {
    log(`a store of ${bars} bars`)
    const options = Object.entries({ model: 'gbm', seed: 7, bars, ...SERIES, start: '2020-01-01' })
    tandem('data', 'synth', ...options.flatMap(([name, value]) => [`--${name}`, String(value)]), '--store', 'store')
    writeFileSync(join(folder, 'run.yaml'), stringify({ name: 'cold', ...JOB }))
    const seconds: number[] = []
    let trades = 0
    for (let round = 1; round <= (isQuick ? 1 : 5); round++) {
      log(`a run from the store, round ${round}`)
      const began = performance.now()
      const summary = tandem('backtest', 'run.yaml', '--store', 'store', '--runs', 'runs', '--no-report')
      seconds.push((performance.now() - began) / 1000)
      trades = JSON.parse(summary).trades
    }
    return { bars, seconds, trades }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function coldText({ bars, seconds, trades }: ColdFigures): string {
  const heads = [`tandem backtest --no-report, ${bars} bars from the store`, 'seconds', 'slowest', 'trades']
  return formatTable(heads, [
    [`${seconds.length} processes`, median(seconds).toFixed(2), Math.max(...seconds).toFixed(2), trades],
  ])
}

export function coldChecks({ bars, seconds }: ColdFigures): Check[] {
  const middle = median(seconds)
  const detail = `${middle.toFixed(2)} s`
  return bars < 2_600_000
    ? []
    : [{ name: `a cold run of ${bars} bars in at most 1.2 s`, ok: middle <= 1.2, detail, binding: false }]
}
