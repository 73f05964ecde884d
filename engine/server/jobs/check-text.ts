/** A YAML text as the page is about to save it: which kind of file it is, and what is wrong with it. */

import { TandemError } from '../../core/errors.ts'
import { readRunText } from '../../run/config/index.ts'
import { parseRebalance } from '../../run/rebalance.ts'
import { namesAccount, parseWishes } from '../../run/venue-accounts/rebalance-file.ts'
import { kindOf, type ProjectFileKind } from '../project.ts'

export interface CheckedText {
  readonly kind: ProjectFileKind
  /** In a few words, where it is whole. */
  readonly summary: string | null
  /** Of a rebalancing: what it says, for the form. */
  readonly document: unknown
  readonly error: TandemError | null
}

export function checkText(path: string, text: string): CheckedText {
  const kind = kindOf(text)
  try {
    if (kind === 'rebalance') {
      const document = namesAccount(text, path) ? parseWishes(text, path) : parseRebalance(text, path)
      const summary = `${Object.keys(document.targets).length} targets at ${document.leverage}x`
      return { kind, summary, document, error: null }
    }
    const { config, sweep } = readRunText(text, path)
    const { venue, symbols, timeframe } = config.data
    const what = `${'name' in config.strategy ? config.strategy.name : config.strategy.file} on ${venue} ${symbols.join(', ')} ${timeframe}`
    return { kind: sweep === null ? 'run' : 'sweep', summary: what, document: null, error: null }
  } catch (error) {
    if (!(error instanceof TandemError)) throw error
    return { kind, summary: null, document: null, error }
  }
}
