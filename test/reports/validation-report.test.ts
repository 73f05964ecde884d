/** The validation report as a document: no script in it, no markup out of names, everything on it, and odd input survives. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderValidationReport } from '../../reports/validation-report.ts'
import { HOSTILE, replaceStrings, skeleton } from '../support/markup.ts'
import { BARE_VALIDATION, VALIDATION } from '../support/validation-input.ts'

describe('renderValidationReport', () => {
  it('has the verdict, every gate, chart and table, and the same bytes again', async () => {
    const page = await renderValidationReport(VALIDATION)
    expect(await renderValidationReport(VALIDATION)).toBe(page)
    expect(page).not.toMatch(/<script|javascript:|https?:\/\/(?!www\.w3\.org)/)
    expect(page.match(/<svg/g)).toHaveLength(6)
    for (const text of [
      '✗ failed',
      '✓ passed',
      '– not applicable',
      'no paper session yet',
      'Stitched',
      'Holm',
      '7 trials',
    ]) {
      expect(page).toContain(text)
    }
    expect(page).toContain('var(--accent)')
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('says what is not there where little is known', async () => {
    const page = await renderValidationReport(BARE_VALIDATION)
    expect(page).toContain('The data is too short for two folds.')
    expect(page).toContain('Fewer than two trades')
    expect(page).not.toMatch(/NaN|Infinity|undefined|null/)
  })

  it('has the same elements whatever its strings are', async () => {
    const pageOf = (make: (index: number) => string) => {
      let index = 0
      const strings = replaceStrings(VALIDATION, () => make(index++), new Set(['chosen', 'values']))
      const gates = strings.gates.map((one, i) => {
        const { status, relation, name } = VALIDATION.gates[i]!
        return { ...one, status, relation, name }
      })
      return renderValidationReport({ ...strings, gates })
    }
    const plain = skeleton(await pageOf((index) => `x${index}`))
    const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 20 }))
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 5, maxLength: 5 }), async (texts) => {
        const page = await pageOf((index) => `${texts[index % 5]}${index}`)
        expect(skeleton(page)).toEqual(plain)
      }),
      { numRuns: 12 },
    )
  })
})
