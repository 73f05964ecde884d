/** The page on data quality, from what `data check` found and looked at. */

import { basename } from 'node:path'
import type { CheckReport } from '../../../datasets/checks/check-data.ts'
import type { KeptLook } from '../../../datasets/checks/quality.ts'
import { type PageFiles, writePage } from './write.ts'

/** Writes it. `target` is what was asked for; null for the whole store. Throws `REPORT_NOT_WRITABLE`. */
export async function writeQualityPage(
  path: string,
  target: string | null,
  reports: readonly CheckReport[],
  looks: readonly KeptLook[],
): Promise<PageFiles> {
  const [{ qualityFacts }, { renderQualityReport }] = await Promise.all([
    import('../../../datasets/checks/quality.ts'),
    import('../../../reports/quality-report.ts'),
  ])
  // A stored series has a hash; what has none is a file, of which the folder says nothing.
  const isFile = looks[0]?.dataHash === null
  const name = target === null ? 'the store' : isFile ? basename(target) : target
  const command = `tandem data check${target === null ? '' : ` ${target}`} --html ${path}`
  return writePage(path, await renderQualityReport({ name, command, ...qualityFacts(reports, looks) }))
}
