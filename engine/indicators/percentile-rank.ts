/** Rolling percentile rank. */

import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { WindowIndicator } from './window.ts'

/**
 * Where the value stands among the `length` values before it: 100 × (those below + half of those equal) / `length`.
 * 0 is a new low, 100 a new high, 50 the middle, and a flat series gives 50. The value itself doesn't count, so the
 * first result is at row `length`.
 */
export class PercentileRank extends WindowIndicator {
  constructor(length: number) {
    super('percentile-rank', ['percentileRank'], length + 1)
  }

  protected override evaluate(
    buffer: Float64Array,
    start: number,
    from: number,
    to: number,
    outputs: readonly Float64Array[],
  ): void {
    const others = this.length - 1
    const output = outputs[0]!
    for (let i = from; i < to; i++) {
      const offset = start + i - from
      const end = offset + others
      const value = buffer[end]!
      let halves = 0
      for (let k = offset; k < end; k++) {
        const other = buffer[k]!
        // 2 for below, 1 for equal.
        halves += (other < value ? 1 : 0) + (other <= value ? 1 : 0)
      }
      output[i] = (100 * halves) / (2 * others)
    }
  }
}

export const percentileRankDefinition: IndicatorDefinition = {
  kind: 'percentile-rank',
  aliases: ['percentrank', 'rank'],
  description: 'Share of the `length` values before this one that lie below it, ties counting half; 0 to 100.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(100) },
  outputs: ['percentileRank'],
  create: (parameters) => new PercentileRank(numberOf(parameters, 'length')),
}
