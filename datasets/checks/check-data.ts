/** `data check`: a file or a stored series read, checked, and on request mended. */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Candles } from '../../engine/core/candles.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { formatTimeframe } from '../../engine/core/timeframe.ts'
import type { AppliedFix } from '../fixes/fix.ts'
import { listFunding } from '../funding/store.ts'
import type { DateOrder } from '../import/times.ts'
import type { Source } from '../manifest.ts'
import { parseSeriesTarget, type SeriesKey, seriesTarget } from '../series.ts'
import { listSeries, loadCandles, readManifest } from '../store.ts'
import { writeSeries } from '../write.ts'
import { type CheckResult, checkCandles, checkFundingSeries, type Facts } from './check.ts'
import { checkStoredFunding, fundingTarget, parseFundingTarget } from './check-funding.ts'
import type { Finding } from './finding.ts'
import { readRows } from './read-rows.ts'
import { loadReferences } from './references.ts'
import { counted } from './stage.ts'
import { type RawCandles, type RawTable, tableOf } from './table.ts'

export interface CheckOptions {
  readonly store: string
  /** Write what can be mended safely: over the stored series, or from a file into the store. */
  readonly fix: boolean
  /** What a file holds, as far as the user says. */
  readonly venue?: string
  readonly symbol?: string
  readonly timeframeMs?: number
  readonly dateFormat?: DateOrder
  /** Told what was looked at, row by row: what a map of the series is made of. */
  readonly looked?: (look: Look) => void
}

/** A series as its check saw it. */
export interface Look {
  readonly target: string
  readonly kind: CheckReport['kind']
  /** Null where it isn't known. */
  readonly venue: string | null
  readonly symbol: string | null
  /** Distance of rows in ms; null where the times don't tell. */
  readonly stepMs: number | null
  /** Times of the rows, put in order where that is safe. */
  readonly time: Float64Array
  /** Every finding, also those of which the report has only the number. */
  readonly findings: readonly Finding[]
  /** SHA-256 of a stored series' content. */
  readonly dataHash: string | null
}

/** Gathers findings for a look, where one is wanted. */
function listener({ looked }: CheckOptions): { heard?: (finding: Finding) => void; findings: Finding[] } {
  const findings: Finding[] = []
  return looked === undefined ? { findings } : { heard: (finding) => findings.push(finding), findings }
}

/** What `data check --json` prints of one target. */
export interface CheckReport {
  readonly target: string
  readonly kind: 'candles' | 'funding'
  readonly rows: number
  readonly timeframe: string | null
  readonly findings: readonly Finding[]
  readonly counts: Readonly<Record<string, number>>
  readonly errors: number
  readonly warnings: number
  /** Holes and empty bars that are no trouble; null where times are too wrong to tell. */
  readonly facts: Facts | null
  /** What `--fix` would do, or did. */
  readonly fixes: readonly AppliedFix[]
  /** The series into which the mended rows were written; null where nothing was. */
  readonly written: string | null
}

/** Every series of a store as a target: candles, then funding. */
export async function targetsOf(store: string): Promise<readonly string[]> {
  return [...(await listSeries(store)).map(seriesTarget), ...(await listFunding(store)).map(fundingTarget)]
}

/** Checks one target. Throws what reading it throws, and `NOT_MENDED` where `fix` leaves errors. */
export async function checkData(target: string, options: CheckOptions): Promise<CheckReport> {
  const funding = parseFundingTarget(target)
  if (funding !== null) {
    const { heard, findings } = listener(options)
    const { checked, written, dataHash } = await checkStoredFunding(options.store, funding, options.fix, heard)
    const { time } = checked.mended
    options.looked?.({ target, kind: 'funding', ...funding, stepMs: checked.intervalMs, time, findings, dataHash })
    return { ...reportOf(target, 'funding', checked.intervalMs, checked), facts: null, written }
  }
  const key = parseSeriesTarget(target)
  return key === null ? checkFile(target, options) : checkStored(key, options)
}

async function checkStored(key: SeriesKey, options: CheckOptions): Promise<CheckReport> {
  const { store, fix } = options
  const { heard, findings } = listener(options)
  const manifest = await readManifest(store, key)
  const { candles } = await loadCandles(store, key)
  const references = manifest.source.kind === 'synthetic' ? [] : await loadReferences(store, manifest, true)
  const checked = checkCandles(tableOf(candles), {
    ...key,
    references,
    hasVolume: key.price === undefined,
    ...(heard === undefined ? {} : { heard }),
  })
  const { time } = checked.mended
  const { dataHash } = manifest
  const { venue, symbol, timeframeMs: stepMs } = key
  options.looked?.({ target: seriesTarget(key), kind: 'candles', venue, symbol, stepMs, time, findings, dataHash })
  const fixes = [...(manifest.fixes ?? []), ...checked.fixes]
  const written = fix ? await write(store, key, checked, manifest.source, fixes) : null
  return { ...reportOf(seriesTarget(key), 'candles', key.timeframeMs, checked), facts: checked.facts, written }
}

async function checkFile(file: string, options: CheckOptions): Promise<CheckReport> {
  const raw = await readRows(file, options.dateFormat)
  if (raw.kind === 'funding') {
    if (options.fix) throw cannotFix(file, 'a funding file is mended when it is imported')
    const { heard, findings } = listener(options)
    const checked = checkFundingSeries(raw.table, heard)
    const { intervalMs: stepMs, mended } = checked
    const { venue = null, symbol = null } = options
    options.looked?.({
      target: file,
      kind: 'funding',
      venue,
      symbol,
      stepMs,
      time: mended.time,
      findings,
      dataHash: null,
    })
    return { ...reportOf(file, 'funding', checked.intervalMs, checked), facts: null, written: null }
  }
  const { venue = null, symbol = null } = options
  const timeframeMs = options.timeframeMs ?? usualStep(file, raw.table)
  const key = venue === null || symbol === null ? null : { venue, symbol, timeframeMs }
  if (options.fix && (key === null || options.timeframeMs === undefined)) {
    throw cannotFix(file, 'say what it holds with --venue, --symbol and --timeframe')
  }
  const references = key === null ? [] : await loadReferences(options.store, spanOf(key, raw.table), false)
  const { heard, findings } = listener(options)
  const { hasVolume } = raw
  const context = { venue, symbol, timeframeMs, references, hasVolume, ...(heard === undefined ? {} : { heard }) }
  const checked = checkCandles(raw.table, context)
  const { time } = checked.mended
  options.looked?.({
    target: file,
    kind: 'candles',
    venue,
    symbol,
    stepMs: timeframeMs,
    time,
    findings,
    dataHash: null,
  })
  const report = { ...reportOf(file, 'candles', timeframeMs, checked), facts: checked.facts }
  if (!options.fix) return { ...report, written: null }
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  const source: Source = { kind: 'file', name: basename(file), sha256, format: 'csv' }
  return { ...report, written: await write(options.store, key!, checked, source, checked.fixes, true) }
}

function reportOf(
  target: string,
  kind: CheckReport['kind'],
  timeframeMs: number | null,
  checked: CheckResult<RawTable>,
): Omit<CheckReport, 'facts' | 'written'> {
  const { rows, findings, counts, errors, warnings, fixes } = checked
  const timeframe = timeframeMs === null ? null : formatTimeframe(timeframeMs)
  return { target, kind, rows, timeframe, findings, counts, errors, warnings, fixes }
}

/** Writes the mended rows where there is something to write. What no fix mends would make the series unusable. */
async function write(
  store: string,
  key: SeriesKey,
  checked: CheckResult<RawCandles>,
  source: Source,
  fixes: readonly AppliedFix[],
  always = false,
): Promise<string | null> {
  if (checked.unmended > 0) {
    throw new TandemError(`no safe fix mends ${counted(checked.unmended, 'error')}, so nothing was written`, {
      code: 'NOT_MENDED',
      where: seriesTarget(key),
      hint: 'run the check without --fix to see them, and correct or remove those rows',
    })
  }
  if (checked.fixes.length === 0 && !always) return null
  const { time, open, high, low, close, volume } = checked.mended
  const candles: Candles = { time, open, high, low, close, volume }
  await writeSeries(store, key, candles, source, fixes)
  return seriesTarget(key)
}

function cannotFix(where: string, hint: string): TandemError {
  return new TandemError("can't mend this file into the store", { code: 'USAGE', where, hint })
}

/** The most frequent distance between neighbouring times. Throws `WRONG_TIMEFRAME` where none is a timeframe. */
function usualStep(file: string, { time }: RawCandles): number {
  const counts = new Map<number, number>()
  let usual = 0
  for (let row = 1; row < time.length; row++) {
    const step = Math.abs(time[row]! - time[row - 1]!)
    if (!(step >= 1000 && step % 1000 === 0)) continue
    counts.set(step, (counts.get(step) ?? 0) + 1)
    if (counts.get(step)! > (counts.get(usual) ?? 0)) usual = step
  }
  if (usual !== 0) return usual
  throw new TandemError("the rows don't show their timeframe", {
    code: 'WRONG_TIMEFRAME',
    where: file,
    hint: 'say it with --timeframe',
  })
}

function spanOf(key: SeriesKey, { time }: RawCandles): SeriesKey & { firstMs: number; lastMs: number } {
  const finite = time.filter(Number.isFinite)
  const edge = (pick: (a: number, b: number) => number): number => finite.reduce((a, b) => pick(a, b), finite[0] ?? 0)
  return { ...key, firstMs: edge(Math.min), lastMs: edge(Math.max) }
}
