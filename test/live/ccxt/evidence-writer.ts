/**
 * Tests that are evidence: each names the operations that it shows. At the end of a file the table in
 * engine/live/ccxt/evidence-table.ts must say just that; `npm run evidence` writes it.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EVIDENCE, type Evidence } from '../../../engine/live/ccxt/evidence-table.ts'
import { OPERATIONS } from '../../../engine/live/ccxt/operations.ts'
import { repositoryRoot } from '../../support/shared.ts'

const TABLE = join(repositoryRoot, 'engine/live/ccxt/evidence-table.ts')
const writes = process.env['TANDEM_EVIDENCE'] === 'write'

export interface EvidenceTests {
  /** A test that shows these operations when it passes. */
  shows(operations: string | readonly string[], name: string, body: () => Promise<void>): void
  /** The last test of the file: the table has what the others have shown. */
  agrees(): void
}

export function evidenceOf(venue: string, level: keyof Evidence): EvidenceTests {
  const shown = new Set<string>()
  return {
    shows(operations, name, body) {
      it(name, async () => {
        const all = typeof operations === 'string' ? [operations] : operations
        for (const one of all) expect(OPERATIONS).toContain(one)
        await body()
        for (const one of all) shown.add(one)
      })
    },
    agrees() {
      it(`the table says what was shown here of ${venue}, no more and no less`, () => {
        const rows = OPERATIONS.filter((one) => shown.has(one))
        if (writes) write(venue, level, rows)
        else expect(EVIDENCE[venue]?.[level]).toEqual(rows)
      })
    },
  }
}

/** Puts a venue's rows into the table, as the formatter would have them. */
function write(venue: string, level: keyof Evidence, rows: readonly string[]): void {
  const text = readFileSync(TABLE, 'utf8')
  const at = text.indexOf('export const EVIDENCE')
  const { table } = new Function(
    `${text.slice(at).replace(/export const EVIDENCE[^=]*=/, 'const table =')}; return { table }`,
  )()
  const all: Record<string, Evidence> = table
  all[venue] = { recorded: [], proven: [], ...all[venue], [level]: rows }
  const list = (one: readonly string[]) =>
    one.length === 0 ? '[]' : `[\n${one.map((row) => `      '${row}',\n`).join('')}    ]`
  const entries = Object.keys(all)
    .sort()
    .map(
      (name) =>
        `  ${name}: {\n    recorded: ${list(all[name]!.recorded)},\n    proven: ${list(all[name]!.proven)},\n  },\n`,
    )
  writeFileSync(
    TABLE,
    `${text.slice(0, at)}export const EVIDENCE: Readonly<Record<string, Evidence>> = {\n${entries.join('')}}\n`,
  )
}
