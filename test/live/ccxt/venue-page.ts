/** The tables of docs/venues.md, made from what the adapters declare and what the tests have shown. */

import { TIMES_IN_FORCE } from '../../../engine/core/order-profile.ts'
import { standingOf } from '../../../engine/live/ccxt/evidence.ts'
import { abilitiesOf, featuresOf, LIVE_VENUES } from '../../../engine/live/ccxt/open.ts'
import { OPERATIONS, offeredBy } from '../../../engine/live/ccxt/operations.ts'

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

/** What each venue can do beside its orders. */
function abilities(): string {
  const asked: readonly [string, (venue: string) => string][] = [
    ['finding an order', (venue) => abilitiesOf(venue).lookup],
    ['cancel by our id', (venue) => (abilitiesOf(venue).cancelByClientId ? 'yes' : 'no')],
    ['our id', (venue) => `${abilitiesOf(venue).clientIdForm}, ≤ ${abilitiesOf(venue).clientIdLength}`],
    ['our id is unique', (venue) => abilitiesOf(venue).clientIdUnique],
    ['deadline of an order', (venue) => (abilitiesOf(venue).deadline ? 'yes' : 'no')],
    ['cancel all after', (venue) => (abilitiesOf(venue).cancelAllAfter ? 'yes' : 'no')],
    ['rights of the key', (venue) => (abilitiesOf(venue).keyRights ? 'told' : 'not told')],
    ['leverage', (venue) => (featuresOf(venue).leverage ? 'yes' : 'no')],
    ['time in force of limits', (venue) => limitTimes(venue)],
  ]
  return table(
    ['', ...LIVE_VENUES],
    asked.map(([name, of]) => [name, ...LIVE_VENUES.map(of)]),
  )
}

function limitTimes(venue: string): string {
  return (featuresOf(venue).kinds.get(2) ?? []).map((one) => TIMES_IN_FORCE[one - 1]).join(', ')
}

/** What was tested of each operation. */
function standings(): string {
  return table(
    ['operation', ...LIVE_VENUES],
    OPERATIONS.map((one) => [one, ...LIVE_VENUES.map((venue) => standing(venue, one))]),
  )
}

function standing(venue: string, operation: string): string {
  return offeredBy(featuresOf(venue), abilitiesOf(venue)).includes(operation) ? standingOf(venue, operation) : '–'
}

/** The page with its tables as they are now. */
export function withTables(page: string): string {
  const between = (text: string, name: string, content: string): string => {
    const [start, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`]
    const [a, b] = [text.indexOf(start), text.indexOf(end)]
    if (a < 0 || b < 0) throw new Error(`the page has no place for ${name}`)
    return text.slice(0, a + start.length) + content + text.slice(b)
  }
  return between(between(page, 'abilities', abilities()), 'standings', standings())
}
