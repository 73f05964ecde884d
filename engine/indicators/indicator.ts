/**
 * What an indicator is. One implementation serves batch and streaming: `advance` over all rows is a batch, `advance`
 * over one row is a streaming update, and any split of the rows gives the same bits, with or without a snapshot and a
 * restore in between.
 *
 * Inputs are compact series: rows ascend by time and missing bars are absent. Two rules hold for every indicator:
 * - NaN is the only "not defined" value; an output is NaN or finite, never Infinity.
 * - Where the inputs an output depends on (or their running sum) aren't finite, it is NaN and restarts: it warms up
 *   again from the next row. So one bad row spoils one window and never all that follow. Two exceptions are cumulative
 *   from an anchor and say so: VWAP stays NaN until its next reset, on-balance volume skips the row. (An infinite price
 *   on the side where it can't win a comparison, such as a low of +Infinity in a true range, passes unnoticed.)
 */

import type { Field } from '../core/candles.ts'

/** A column an indicator reads: a candle field or the bars' open time in ms UTC. */
export type InputColumn = Field | 'time'

export interface Indicator {
  /** Names of the outputs, in order. */
  readonly outputs: readonly string[]
  /** 0-based row, in a clean series, from which every output is defined. Some outputs may begin earlier. */
  readonly warmup: number
  /**
   * Row from which the weight of the starting value is below 0.1 %: about 3.45 (n + 1) bars for an EMA, 6.91 n for a
   * Wilder average; equal to `warmup` where only a window counts.
   */
  readonly settled: number
  /**
   * Reads `inputs[j][from..to)`, writes `outputs[k][from..to)`, carries its state to the next call. It reads nothing
   * outside that range, so a streaming caller may hand a fresh row each time. No output may be an input.
   */
  advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void
  /** The whole state as bytes, to continue from elsewhere. */
  snapshot(): Uint8Array
  /** Continues from a snapshot of the same indicator with the same parameters. Throws `BAD_SNAPSHOT`. */
  restore(bytes: Uint8Array): void
}

export type ParameterValue = number | string | boolean
export type IndicatorParameters = Readonly<Record<string, ParameterValue>>

/** One parameter: its kind, default and limits (inclusive). */
export type ParameterDefinition =
  | { readonly type: 'integer' | 'number'; readonly default: number; readonly min: number; readonly max: number }
  | { readonly type: 'boolean'; readonly default: boolean }
  | { readonly type: 'choice'; readonly default: string; readonly choices: readonly string[] }

/** An entry of the registry. */
export interface IndicatorDefinition {
  /** Name used in an IndicatorSpec. */
  readonly kind: string
  /** Other names it goes by. */
  readonly aliases?: readonly string[]
  /** Formula, convention and source, in a sentence or two. */
  readonly description: string
  /** Whether the spec's `field` chooses the input; otherwise the inputs are fixed. */
  readonly takesField: boolean
  /** Columns it reads, in the order `advance` wants them. */
  inputs(field: Field): readonly InputColumn[]
  readonly parameters: Readonly<Record<string, ParameterDefinition>>
  readonly outputs: readonly string[]
  /** Conditions between parameters: null, or what is wrong. */
  check?(parameters: IndicatorParameters): string | null
  /** `parameters` are complete and valid. */
  create(parameters: IndicatorParameters): Indicator
}
