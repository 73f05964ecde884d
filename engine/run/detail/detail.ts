/** Everything that a report shows of a finished run beside its result. */

import type { ProfileRule, RestingLevel, RunDetail, SeriesQuality } from '../../core/run-detail.ts'
import type { Executed } from '../execute.ts'
import { rulesOf } from '../rules.ts'
import { indicatorsOf } from './indicators.ts'
import { restingLevels } from './levels.ts'
import { liquidationDistances, liquidationLevels } from './liquidation.ts'
import { recordsUsed } from './records-used.ts'
import { type CostSubject, costSensitivity, type SensitivityChoice } from './sensitivity.ts'

export interface DetailInput extends CostSubject {
  readonly executed: Executed
  readonly quality: readonly SeriesQuality[]
  readonly records: { readonly decisions: Uint8Array; readonly outcomes: Uint8Array }
  readonly sensitivity: SensitivityChoice
  readonly again: string | null
}

export function detailOf(input: DetailInput): RunDetail {
  const { market, executed, terms, strategy, records } = input
  const { grid, columns } = market
  const { instruments } = executed
  const [fromMs, endMs] = [grid.time[0]!, grid.time[grid.rows - 1]! + grid.timeframeMs]
  const symbols = columns.grid.symbols.map(({ series }) => series.symbol)
  // One symbol at several venues has several levels of one kind: told apart by nothing on a chart, so only the first's.
  const venue = columns.grid.symbols[0]!.series.venue
  const several = executed.venues.length > 1
  const symbolOf = (id: number): number =>
    several && instruments[id]!.venue !== venue ? -1 : symbols.indexOf(instruments[id]!.symbol)
  const levels: readonly RestingLevel[] = [
    ...restingLevels({ ...records, instruments, grid, symbolOf, endMs }),
    ...liquidationLevels(executed, grid, symbolOf),
  ]
  return {
    indicators: indicatorsOf(strategy.create(), columns),
    levels,
    levelNotes: levelNotes(input, several ? venue : null),
    liquidation: liquidationDistances(executed, market),
    records: recordsUsed(terms, instruments, fromMs, endMs),
    quality: input.quality,
    profileRule: profileRule(input),
    sensitivity: costSensitivity(input, input.sensitivity),
    again: input.again,
  }
}

function profileRule({ config, terms }: DetailInput): ProfileRule | null {
  const { profile } = rulesOf(config, terms)
  if (profile === null) return null
  const { table, pinned, hysteresis } = profile
  return {
    ranges: table.map(({ name, fromQuote, toQuote }) => ({ name, from: fromQuote, to: toQuote })),
    pinned,
    hysteresis,
  }
}

function levelNotes({ config, executed, market: { grid } }: DetailInput, onlyVenue: string | null): string[] {
  const watched = config.execution.exits === 'monitored' || watchesStops(executed, grid.time[0]!)
  return [
    ...(watched ? ['Stops that can’t rest at the venue are watched at closes and not drawn.'] : []),
    ...(onlyVenue === null ? [] : [`Of several venues the orders at ${onlyVenue} are drawn.`]),
  ]
}

function watchesStops({ models, instruments }: Executed, atMs: number): boolean {
  return instruments.some((one) => models.support?.restsStop(one, false, atMs) === false)
}
