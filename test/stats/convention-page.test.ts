import { expect, it } from 'vitest'
import { describeShared } from '../support/shared.ts'
import { renderConventionPage } from './convention-page.ts'
import { conventionRows } from './convention-rows.ts'

describeShared('docs/metrics-conventions.md', () => {
  it('is what the code renders', async () => {
    await expect(renderConventionPage(conventionRows())).toMatchFileSnapshot('../../docs/metrics-conventions.md')
  })
})
