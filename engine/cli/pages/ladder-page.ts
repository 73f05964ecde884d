/** A ladder's folder: its document, its run file and its page. */

import { join } from 'node:path'
import { LADDER_FILE, type LadderDocument, readLadder } from '../../run/ladder-files.ts'
import { type PageFiles, writePage, writeReport } from './write.ts'

/** Writes the document and the run file, and the page unless it isn't wanted. Returns the paths by name. */
export async function writeLadder(
  folder: string,
  document: LadderDocument,
  wantsPage: boolean,
): Promise<Readonly<Record<string, string>>> {
  const files = { ladder: join(folder, LADDER_FILE), config: join(folder, 'config.yaml') }
  await writeReport(files.config, document.configText)
  await writeReport(files.ladder, `${JSON.stringify(document, null, 2)}\n`)
  return wantsPage ? { ...files, ...(await pageOf(document, join(folder, 'report.html'))) } : files
}

/** Makes the page anew from the folder's document. Throws `NO_LADDER_FOLDER`, `REPORT_NOT_WRITABLE`. */
export async function writeLadderPage(folder: string, out?: string): Promise<PageFiles> {
  return pageOf(readLadder(folder), out ?? join(folder, 'report.html'))
}

async function pageOf(document: LadderDocument, path: string): Promise<PageFiles> {
  const { renderLadderReport } = await import('../../../reports/ladder-report.ts')
  return writePage(path, await renderLadderReport(document))
}
