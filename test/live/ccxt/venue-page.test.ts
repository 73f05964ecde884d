/** docs/venues.md says what the adapters do and what the tests have shown; `npm run evidence` writes its tables. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { repositoryRoot } from '../../support/shared.ts'
import { withTables } from './venue-page.ts'

const path = join(repositoryRoot, 'docs/venues.md')

it('the tables of the page are those of the code', () => {
  const page = readFileSync(path, 'utf8')
  if (process.env['TANDEM_EVIDENCE'] === 'write') writeFileSync(path, withTables(page))
  else expect(page).toBe(withTables(page))
})
