/** The page of a validation, made again from its document. */

import { join } from 'node:path'
import { REPORT_FILE, readValidation, writeValidation } from './files.ts'

/** Returns the page's path. Throws `NOT_VALIDATED`. */
export async function writeValidationAgain(directory: string): Promise<string> {
  const { renderValidationReport } = await import('../../../reports/validation-report.ts')
  const document = readValidation(directory)
  writeValidation(directory, document, await renderValidationReport(document))
  return join(directory, REPORT_FILE)
}
