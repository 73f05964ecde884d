/** Links within a page. */

import { browser, document } from './dom.ts'

/** A link to a definition opens the list that it stands in. */
export function openTarget(): void {
  const target = document.getElementById(browser.location.hash.slice(1))
  const details = target?.closest('details')
  if (target === null || details === null || details === undefined) return
  details.open = true
  target.scrollIntoView({ block: 'center' })
}
