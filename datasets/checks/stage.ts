/** A check looks, tells what it finds and hands on the table with what it could mend, so that the next looks at that. */

import type { AppliedFix, Fixed } from '../fixes/fix.ts'
import type { Findings } from './finding.ts'
import { findingAt, type RawTable, type Said } from './table.ts'

/** A table on its way through the checks. */
export class Examined<T extends RawTable> {
  table: T
  readonly findings: Findings
  readonly fixes: AppliedFix[] = []

  constructor(table: T, findings: Findings) {
    this.table = table
    this.findings = findings
  }

  tell(index: number, said: Said): void {
    this.findings.add(findingAt(this.table, index, said))
  }

  /** Goes on with the mended table; `text` says what was done. */
  mend(code: string, fixed: Fixed<T>, text: string): void {
    if (fixed.rows === 0) return
    this.table = fixed.columns
    this.fixes.push({ code, rows: fixed.rows, text })
  }
}

/** Count and word: `1 row`, `3 rows`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
