/** A page and its figures on disk: the page under its name, the figures beside it as JSON. */

import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TandemError } from '../../core/errors.ts'

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
  await writeWhole(files.figures, `${JSON.stringify(figures, null, 2)}\n`)
  await writeWhole(files.report, html)
  return files
}

/** Writes a text under another name and renames it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.partial-${randomBytes(4).toString('hex')}`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(partial, text)
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw new TandemError(`the report can't be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'REPORT_NOT_WRITABLE',
      where: path,
      hint: 'name a writable file',
      cause,
    })
  }
}
