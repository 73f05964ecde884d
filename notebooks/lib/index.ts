/** What the notebooks import, and a reader's own ones may: the public API of tandem, DataFrames, charts, commands. */

export type { ColumnTable, StoredRun, StoredSweep } from 'tandem'
export { loadRun, loadSweep, TandemError } from 'tandem'
export { type Chart, chart } from './chart.ts'
export { toDataFrame } from './frame.ts'
export { show, table } from './show.ts'
export { tandem, workFolder } from './tandem.ts'
