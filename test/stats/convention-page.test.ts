import { expect, it } from 'vitest'
import { describeShared } from '../support/shared.ts'
import { renderConventionPage } from './convention-page.ts'
import { conventionRows } from './convention-rows.ts'

describeShared('engine/stats/CONVENTIONS.md', () => {
  it('is what the code renders', async () => {
    await expect(renderConventionPage(conventionRows())).toMatchFileSnapshot('../../engine/stats/CONVENTIONS.md')
  })
})
