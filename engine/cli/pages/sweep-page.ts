/** The report of a finished sweep, from its folder. */

import { join } from 'node:path'
import type { SweepSummary } from '../../sweep/run-sweep.ts'
import { type PageFiles, writePage } from './write.ts'

export interface SweepPageOptions {
  readonly runs: string
  /** The command that makes the sweep again; default: one with the folder's own run file. */
  readonly command?: string
  /** Default: report.html in the folder. */
  readonly out?: string
}

/** Makes the page anew from the stored results. Throws `NO_SWEEP_FOLDER`, `SWEEP_UNFINISHED`, `REPORT_NOT_WRITABLE`. */
export async function writeSweepPage(folder: string, options: SweepPageOptions): Promise<PageFiles> {
  const [{ readSweepReport }, { renderSweepReport }] = await Promise.all([
    import('../../sweep/report/report-data.ts'),
    import('../../../reports/sweep-report.ts'),
  ])
  const { runs, command } = options
  const input = await readSweepReport(folder, { runs, ...(command === undefined ? {} : { command }) })
  return writePage(options.out ?? join(folder, 'report.html'), await renderSweepReport(input))
}

/** A finished sweep's summary with its page among the files. A page that can't be made costs no results. */
export async function withReport(
  summary: SweepSummary,
  runs: string,
  log: (line: string) => void,
): Promise<SweepSummary> {
  try {
    const files = await writeSweepPage(summary.folder, { runs })
    return { ...summary, files: { ...summary.files, ...files } }
  } catch (error) {
    log(`the results are complete, but there is no report: ${error instanceof Error ? error.message : String(error)}`)
    return summary
  }
}
