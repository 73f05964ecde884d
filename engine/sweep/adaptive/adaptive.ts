/** The searches that learn from their trials. */

import type { SweepSection } from '../../run/config/index.ts'
import type { MarketShare } from '../batch.ts'
import type { Judge } from '../objective.ts'
import type { Search } from '../search.ts'
import type { Axis, Point } from '../space/axis.ts'
import type { Space } from '../space/points.ts'
import { halvingSearch } from './halving.ts'
import { tpeSearch } from './tpe.ts'

/** A maker of fresh searches. `axes` are the results' axes: those of the space, and what the search itself sets. */
export function adaptiveSearch(
  sweep: SweepSection,
  space: Space,
  axes: readonly Axis[],
  passes: (point: Point) => boolean,
  judge: Judge,
  grid: MarketShare['grid'],
): () => Search {
  return sweep.method === 'halving'
    ? () => halvingSearch(sweep, space, axes, judge, grid)
    : () => tpeSearch(sweep, axes, passes, judge)
}
