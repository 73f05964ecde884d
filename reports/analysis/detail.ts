/** What a run leaned on, and how much of it hangs on costs: dated records, the data's quality, the run at other costs. */

import type { RunResult } from '../../engine/core/result.ts'
import type { CostRun, DataFinding, RunDetail, SeriesQuality, UsedRecord } from '../../engine/core/run-detail.ts'
import type { Dataset, Datasets } from '../dataset.ts'
import { tabulate } from '../tabulate.ts'

export function detailDatasets({ records, quality, sensitivity }: RunDetail, { quote }: RunResult): Datasets {
  return {
    records: recordsDataset(records),
    quality: qualityDataset(quality),
    gaps: gapsDataset(quality),
    findings: findingsDataset(quality),
    ...('omitted' in sensitivity ? {} : { sensitivity: sensitivityDataset(sensitivity.runs, quote) }),
  }
}

const RECORD_WORDS = { fees: 'Fees', rulebook: 'Rulebook', margin: 'Margin' } as const

function recordsDataset(records: readonly UsedRecord[]): Dataset {
  return tabulate<UsedRecord>('Dated records that the run used', records, [
    ['kind', 'Record', 'text', (one) => RECORD_WORDS[one.kind]],
    ['venue', 'Venue', 'text', (one) => one.venue],
    ['symbol', 'Symbol', 'text', (one) => one.symbol],
    ['validFrom', 'In force from', 'day', (one) => one.validFromMs],
    ['validTo', 'until', 'day', (one) => one.validToMs],
    ['days', 'Days used', 'count', (one) => Math.round(one.days)],
    ['daysOutside', 'Not covered', 'count', (one) => Math.round(one.daysOutside)],
    ['approximate', 'Dates, values', 'text', (one) => (one.approximate ? 'approximate' : 'exact')],
    ['says', 'Says', 'text', (one) => one.says],
    ['source', 'Source', 'text', (one) => one.source],
  ])
}

function qualityDataset(quality: readonly SeriesQuality[]): Dataset {
  const runs = (part: { readonly runs: number; readonly bars: number } | undefined) => part?.bars ?? null
  return tabulate<SeriesQuality>('Data of the run', quality, [
    ['series', 'Series', 'text', (one) => one.name],
    ['bars', 'Bars', 'count', (one) => one.bars],
    ['first', 'First bar (UTC)', 'time', (one) => one.firstMs],
    ['last', 'Last bar', 'time', (one) => one.lastMs],
    ['missing', 'Missing bars', 'count', (one) => one.missing],
    ['share', 'Missing', 'fraction', (one) => one.missing / (one.bars + one.missing)],
    ['outages', 'in outages', 'count', (one) => runs(one.checked?.outages)],
    ['noTrades', 'without trades', 'count', (one) => runs(one.checked?.noTrades)],
    ['zeroVolume', 'Bars of no volume', 'count', (one) => one.checked?.zeroVolumeBars ?? null],
    ['findings', 'Findings', 'text', (one) => findingsWords(one)],
  ])
}

function findingsWords({ checked, command }: SeriesQuality): string {
  if (checked === null) return `not checked in this run: ${command}`
  const counts = Object.entries(checked.counts)
  return counts.length === 0 ? 'none' : counts.map(([code, count]) => `${code} ${count}`).join(', ')
}

type Gap = SeriesQuality['gaps'][number] & { readonly series: string }

function gapsDataset(quality: readonly SeriesQuality[]): Dataset {
  const gaps = quality.flatMap(({ name, gaps: own }) => own.map((gap): Gap => ({ ...gap, series: name })))
  return tabulate<Gap>('Longest stretches without a bar', gaps, [
    ['series', 'Series', 'text', (one) => one.series],
    ['from', 'From (UTC)', 'time', (one) => one.fromMs],
    ['to', 'Until', 'time', (one) => one.toMs],
    ['bars', 'Bars', 'count', (one) => one.bars],
    ['length', 'Lasted', 'duration', (one) => one.toMs - one.fromMs],
  ])
}

function findingsDataset(quality: readonly SeriesQuality[]): Dataset {
  const findings = quality.flatMap(({ name, checked }) =>
    (checked?.findings ?? []).map((finding): DataFinding & { series: string } => ({ ...finding, series: name })),
  )
  return tabulate<DataFinding & { readonly series: string }>('Findings in the data', findings, [
    ['series', 'Series', 'text', (one) => one.series],
    ['time', 'From (UTC)', 'time', (one) => one.timeMs],
    ['severity', 'Severity', 'text', (one) => one.severity],
    ['code', 'Finding', 'text', (one) => one.code],
    ['rows', 'Rows', 'count', (one) => one.rows],
    ['message', 'What', 'text', (one) => one.message],
  ])
}

/** What a run at so many times the costs is called. */
export function factorWords(factor: number): string {
  return `${factor} × costs`
}

function sensitivityDataset(runs: readonly CostRun[], quote: string): Dataset {
  return tabulate<CostRun>('The run at other costs', runs, [
    ['label', 'Costs', 'text', (one) => factorWords(one.factor)],
    ['factor', 'Factor', 'ratio', (one) => one.factor, 'extra'],
    ['finalEquity', `Final equity (${quote})`, 'money', (one) => one.finalEquity],
    ['totalReturn', 'Return', 'fraction', (one) => one.totalReturn],
    ['maxDrawdown', 'Deepest drawdown', 'fraction', (one) => one.maxDrawdown],
    ['sharpe', 'Sharpe ratio', 'ratio', (one) => one.sharpe],
    ['trades', 'Closed trades', 'count', (one) => one.trades],
    ['fees', 'Fees', 'money', (one) => one.fees],
    ['spreadAndSlippage', 'Spread and slippage', 'money', (one) => one.spreadAndSlippage],
    ['funding', 'Funding and borrowing', 'money', (one) => one.funding],
    ['decisions', 'Digest of decisions', 'text', (one) => one.decisions, 'extra'],
  ])
}
