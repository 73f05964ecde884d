/** A page and its figures on disk: the page under its name, the figures beside it as JSON. */

import { writeWhole } from '../../run/whole-file.ts'

/** What the reports room renders: the document, and every figure of it. */
export interface Page {
  readonly html: string
  readonly figures: unknown
}

/** Paths of a page's files. */
export interface PageFiles {
  readonly report: string
  readonly figures: string
}

/** `report.html` → `report.json`; a name with another ending keeps it before `.json`. */
export function figuresPath(path: string): string {
  return `${path.replace(/\.html?$/i, '')}.json`
}

/** Writes both, each whole under another name first. Throws `REPORT_NOT_WRITABLE`. */
export async function writePage(path: string, { html, figures }: Page): Promise<PageFiles> {
  const files = { report: path, figures: figuresPath(path) }
  await writeReport(files.figures, `${JSON.stringify(figures, null, 2)}\n`)
  await writeReport(files.report, html)
  return files
}

/** Writes a text under another name and renames it. Throws `REPORT_NOT_WRITABLE`. */
export function writeReport(path: string, text: string): Promise<void> {
  return writeWhole(path, text, { code: 'REPORT_NOT_WRITABLE', what: 'the report', hint: 'name a writable file' })
}
