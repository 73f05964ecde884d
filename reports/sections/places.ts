/** What each of several accounts and venues came to, what was too small to sell, and the capital profiles. */

import { type Html, html } from '../html.ts'
import type { RunView } from '../run-view.ts'
import { panel, partHead, tablePlace } from './panel.ts'

/** The panels that the run has anything for; in most runs none. */
export function placesSections(view: RunView): Html {
  const { quote } = view.result
  return html`${table(view, 'accounts', 'Accounts', `Each traded alone, with the same market and strategy. Money in ${quote}.`)}${table(
    view,
    'venues',
    'Venues',
    `Entries go to the cheapest round trip whose cash carries the order. Money in ${quote}.`,
  )}${table(
    view,
    'dust',
    'Dust',
    `Left at the end: worth less than 1.00, or less than the venue takes. Money in ${quote}.`,
  )}`
}

function table({ datasets, result }: RunView, id: string, title: string, intro: string): Html | null {
  const dataset = datasets[id]
  return dataset === undefined ? null : panel({ id, title, intro, dataset: id }, tablePlace(dataset, result.quote))
}

/** Which capital profile was in force, from when and why; null for a run without any. */
export function profilesSection({ result, datasets, detail }: RunView): Html | null {
  if (result.profiles.length === 0 && result.profileResults.length === 0) return null
  const rule = detail?.profileRule
  const intro =
    rule === null || rule === undefined
      ? 'Total equity decides which discipline is in force.'
      : rule.pinned !== null
        ? `The run file names ${rule.pinned}: it holds whatever the equity.`
        : `Total equity decides which discipline is in force: ${rule.ranges
            .map(({ name, from, to }) => `${name} from ${from}${to === null ? '' : ` to below ${to}`}`)
            .join(', ')} ${result.quote}.`
  return panel(
    { id: 'profiles', title: 'Capital profiles', intro },
    html`${partHead('Changes', { dataset: 'profiles' })}${tablePlace(datasets['profiles']!, result.quote)}${partHead('Results', { dataset: 'profile-results' })}${tablePlace(datasets['profile-results']!, result.quote)}`,
  )
}
