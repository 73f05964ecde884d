/** Indicators by name: look up, validate a spec, create, compute. */

import { type Candles, FIELDS, type Field } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import type { IndicatorSpec } from '../core/strategy.ts'
import { adxDefinition } from './adx.ts'
import { bollingerDefinition } from './bollinger.ts'
import { stdevDefinition, zscoreDefinition } from './deviation.ts'
import { donchianDefinition } from './donchian.ts'
import { emaDefinition, smmaDefinition } from './exponential.ts'
import { maxDefinition, minDefinition } from './extreme.ts'
import { heikinAshiDefinition } from './heikin-ashi.ts'
import type { Indicator, IndicatorDefinition, IndicatorParameters, InputColumn } from './indicator.ts'
import { keltnerDefinition } from './keltner.ts'
import { macdDefinition } from './macd.ts'
import { mfiDefinition } from './mfi.ts'
import { nearest } from './nearest.ts'
import { obvDefinition } from './obv.ts'
import { indicatorError, resolveParameters } from './parameters.ts'
import { percentileRankDefinition } from './percentile-rank.ts'
import { rsiDefinition } from './rsi.ts'
import { slopeDefinition } from './slope.ts'
import { smaDefinition } from './sma.ts'
import { stochasticDefinition } from './stochastic.ts'
import { supertrendDefinition } from './supertrend.ts'
import { atrDefinition, atrPercentDefinition, trDefinition } from './true-range.ts'
import { vwapDefinition } from './vwap.ts'

const DEFINITIONS: readonly IndicatorDefinition[] = [
  smaDefinition,
  emaDefinition,
  smmaDefinition,
  rsiDefinition,
  trDefinition,
  atrDefinition,
  atrPercentDefinition,
  maxDefinition,
  minDefinition,
  stdevDefinition,
  zscoreDefinition,
  bollingerDefinition,
  macdDefinition,
  donchianDefinition,
  adxDefinition,
  stochasticDefinition,
  vwapDefinition,
  keltnerDefinition,
  supertrendDefinition,
  percentileRankDefinition,
  slopeDefinition,
  obvDefinition,
  mfiDefinition,
  heikinAshiDefinition,
]

const BY_NAME: ReadonlyMap<string, IndicatorDefinition> = new Map(
  DEFINITIONS.flatMap((definition) =>
    [definition.kind, ...(definition.aliases ?? [])].map((name) => [name, definition] as const),
  ),
)

/** Keys of a spec that aren't parameters. */
const RESERVED = ['kind', 'symbol', 'field', 'timeframe', 'output']

/** A spec checked and completed. */
export interface ResolvedIndicator {
  readonly definition: IndicatorDefinition
  readonly parameters: IndicatorParameters
  readonly field: Field
  /** Columns `advance` wants, in order. */
  readonly inputs: readonly InputColumn[]
  /** Which of the outputs the spec names; 0 if none. */
  readonly outputIndex: number
  /**
   * The same for every spec that computes the same columns from the same series, whatever its key order, aliases and
   * written-out defaults: a cache key, together with symbol and timeframe.
   */
  readonly key: string
}

/** Every indicator, in a fixed order. */
export function listIndicators(): readonly IndicatorDefinition[] {
  return DEFINITIONS
}

/** The definition of a kind or alias. Throws `UNKNOWN_INDICATOR` with the nearest name. */
export function indicatorDefinition(kind: string): IndicatorDefinition {
  const definition = BY_NAME.get(kind)
  if (definition !== undefined) return definition
  const suggestion = nearest(kind, BY_NAME.keys())
  throw new TandemError(`there is no indicator '${kind}'`, {
    code: 'UNKNOWN_INDICATOR',
    hint:
      suggestion === null
        ? `the indicators are ${DEFINITIONS.map((known) => known.kind).join(', ')}`
        : `did you mean '${suggestion}'?`,
  })
}

/** Checks a spec. Throws `UNKNOWN_INDICATOR` or `BAD_INDICATOR`, naming the key. `symbol` and `timeframe` are the caller's. */
export function resolveIndicator(spec: IndicatorSpec): ResolvedIndicator {
  const definition = indicatorDefinition(spec.kind)
  const given = Object.fromEntries(
    Object.entries(spec).filter(([key, value]) => !RESERVED.includes(key) && value !== undefined),
  )
  const parameters = resolveParameters(definition, given)
  const field = resolveField(definition, spec.field)
  const inputs = definition.inputs(field)
  return {
    definition,
    parameters,
    field,
    inputs,
    outputIndex: resolveOutput(definition, spec.output),
    key: JSON.stringify([definition.kind, inputs, Object.entries(parameters)]),
  }
}

/** A fresh indicator for a spec; its inputs are `resolveIndicator(spec).inputs`. */
export function createIndicator(spec: IndicatorSpec): Indicator {
  const { definition, parameters } = resolveIndicator(spec)
  return definition.create(parameters)
}

/**
 * All outputs of an indicator over a compact series, one column each, of the series' length. `allocate` makes the
 * columns; pass `sharedColumn` where worker threads are to read them.
 */
export function computeIndicator(
  spec: IndicatorSpec,
  candles: Candles,
  allocate: (length: number) => Float64Array = (length) => new Float64Array(length),
): Float64Array[] {
  const { definition, parameters, inputs } = resolveIndicator(spec)
  const rows = candles.time.length
  const outputs = definition.outputs.map(() => allocate(rows))
  const columns = inputs.map((input) => candles[input])
  definition.create(parameters).advance(columns, 0, rows, outputs)
  return outputs
}

function resolveField(definition: IndicatorDefinition, field: Field | undefined): Field {
  if (field === undefined) return 'close'
  if (!definition.takesField) {
    const inputs = definition.inputs('close').join(', ')
    throw indicatorError(definition.kind, `'field' can't be chosen`, `leave it out: it reads ${inputs}`)
  }
  if (!FIELDS.includes(field)) {
    throw indicatorError(definition.kind, `there is no field '${field}'`, `give one of ${FIELDS.join(', ')}`)
  }
  return field
}

function resolveOutput(definition: IndicatorDefinition, output: string | undefined): number {
  if (output === undefined) return 0
  const index = definition.outputs.indexOf(output)
  if (index >= 0) return index
  throw indicatorError(
    definition.kind,
    `there is no output '${output}'`,
    `its outputs are ${definition.outputs.join(', ')}`,
  )
}
