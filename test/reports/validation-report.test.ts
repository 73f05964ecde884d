/** The validation report as a document: its figures, no markup out of names, everything on it, and odd input survives. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderValidationReport } from '../../reports/validation-report.ts'
import { HOSTILE, replaceStrings, skeleton } from '../support/markup.ts'
import { BARE_VALIDATION, VALIDATION } from '../support/validation-input.ts'

/** The page without its scripts and style sheet. */
function markupOf(page: string): string {
  return page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '')
}

function modelOf(page: string) {
  return JSON.parse(/id="model">(.*?)<\/script>/s.exec(page)![1]!)
}

describe('renderValidationReport', () => {
  it('has the verdict, every gate, chart and table, and the same bytes again', async () => {
    const { html } = await renderValidationReport(VALIDATION)
    expect((await renderValidationReport(VALIDATION)).html === html).toBe(true)
    const page = markupOf(html)
    expect(page).not.toMatch(/javascript:|\b(?:src|href)="(?!#|data:,)/)
    const charts = Object.keys(modelOf(html).charts)
    expect(charts).toHaveLength(9)
    for (const id of charts) expect(page).toContain(`id="chart-${id}"`)
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
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('has every figure unrounded, with unit, basis and definition, or the reason why there is none', async () => {
    const { html, figures } = await renderValidationReport(VALIDATION)
    expect(JSON.parse(/id="figures">(.*?)<\/script>/s.exec(html)![1]!)).toEqual(JSON.parse(JSON.stringify(figures)))
    const of = (id: string) => figures.figures.find((one) => one.id === id)
    for (const gate of VALIDATION.gates) expect(of(`gate.${gate.name}`)?.value).toBe(gate.value)
    expect(of('gate.parity')?.reason).toBe('no paper session yet')
    expect(of('overfitting')?.value).toBe(0.15)
    expect(of('rolling.return')?.value).toBe(0.12)
    expect(of('trials.total')?.value).toBe(7)
  })

  it('shows Sharpe ratios per year', async () => {
    const { points, luck } = modelOf((await renderValidationReport(VALIDATION)).html).datasets
    expect(points.columns[0].values[0]).toBeCloseTo(0.05 * Math.sqrt(365), 12)
    expect(luck.columns[0].values[0]).toBeCloseTo(0.04 * Math.sqrt(365), 12)
  })

  it('says what is not there where little is known', async () => {
    const { html, figures } = await renderValidationReport(BARE_VALIDATION)
    const page = markupOf(html)
    expect(page).toContain('The data is too short for two folds.')
    expect(page).toContain('Fewer than two trades')
    expect(page).not.toMatch(/NaN|Infinity|undefined|\bnull\b/)
    for (const { value, reason, id } of figures.figures) if (value === null) expect(reason, id).toBeTruthy()
  })

  it('has the same elements whatever its strings are', async () => {
    const pageOf = async (make: (index: number) => string) => {
      let index = 0
      const strings = replaceStrings(VALIDATION, () => make(index++), new Set(['chosen', 'values']))
      const gates = strings.gates.map((one, i) => {
        const { status, relation, name } = VALIDATION.gates[i]!
        return { ...one, status, relation, name }
      })
      return (await renderValidationReport({ ...strings, gates })).html
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
