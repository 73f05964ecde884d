/** `tandem parity` from a session's folder to its page and its cost model on disk. */

import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { replaceFile } from '../../live/file-lock.ts'
import { requireSession } from '../live/session-folder.ts'
import { costModelYaml } from './measured.ts'
import { type Parity, paritySession } from './parity.ts'

export interface ParityFiles {
  readonly parity: Parity
  readonly page: string | null
  readonly costs: string | null
}

/**
 * `out`: the page, undefined for the session's folder, null for none. Throws `NO_SESSION`, `NO_COSTS` where there was
 * nothing to measure, `NOT_WRITABLE`.
 */
export async function parityFiles(
  session: string,
  runs: string,
  out: string | null | undefined,
  costs: string | undefined,
): Promise<ParityFiles> {
  const paths = requireSession(runs, session)
  const parity = await paritySession(paths, session)
  const model = costs === undefined ? null : costModelYaml(parity.costs, session)
  if (costs !== undefined && model === null) {
    const hint = 'a session that traded has something to measure'
    throw new TandemError('there were no fills to measure costs by', { code: 'NO_COSTS', where: session, hint })
  }
  const page = out === null ? null : (out ?? join(paths.folder, 'parity.html'))
  if (page !== null) {
    const { renderParityReport } = await import('../../../reports/parity-report.ts')
    write(page, renderParityReport(parity))
  }
  if (costs !== undefined && model !== null) write(costs, model)
  return { parity, page, costs: costs ?? null }
}

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    replaceFile(path, text)
  } catch (cause) {
    throw new TandemError(`it can't be written: ${(cause as Error).message}`, {
      code: 'NOT_WRITABLE',
      where: path,
      hint: 'name a writable file',
      cause,
    })
  }
}
