/** Ladder and data-quality pages as documents: figures, what can't get in, odd input. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderLadderReport } from '../../reports/ladder-report.ts'
import type { RenderedPage } from '../../reports/panels/render.ts'
import { renderQualityReport } from '../../reports/quality-report.ts'
import { LADDER, oddLadders } from '../support/ladder-input.ts'
import { HOSTILE, replaceStrings, skeleton } from '../support/markup.ts'
import { ONE_SERIES, oddData, QUALITY } from '../support/quality-input.ts'

/** The page without its scripts and style sheet. */
function markupOf(page: string): string {
  return page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '')
}

function expectSound({ html, figures }: RenderedPage): void {
  expect(markupOf(html)).not.toMatch(/NaN|Infinity|undefined|\bnull\b/)
  expect(/id="model">(.*?)<\/script>/s.exec(html)![1]).not.toMatch(/NaN|Infinity/)
  expect(markupOf(html)).not.toMatch(/\b(?:src|href)="(?!#|data:,)/)
  expect(JSON.parse(/id="figures">(.*?)<\/script>/s.exec(html)![1]!)).toEqual(JSON.parse(JSON.stringify(figures)))
  for (const { id, value, unit, basis, definition, reason } of figures.figures) {
    expect(unit.length * basis.length * definition.length, id).toBeGreaterThan(0)
    if (value === null) expect(reason, id).toBeTruthy()
  }
}

const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 20 }))

/** Holds that a page has the same elements whatever its strings are. */
async function sameElements(pageOf: (make: (index: number) => string) => Promise<RenderedPage>): Promise<void> {
  const plain = skeleton((await pageOf((index) => `x${index}`)).html)
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 8 }), async (texts) => {
      const { html } = await pageOf((index) => `${texts[index % texts.length]}${index}`)
      expect(skeleton(html)).toEqual(plain)
    }),
    { seed: 5, numRuns: 15 },
  )
}

describe('renderLadderReport', () => {
  it('has every figure of every account, as ladder.json has it', async () => {
    const page = await renderLadderReport(LADDER)
    expectSound(page)
    const of = (id: string) => page.figures.figures.find((one) => one.id === id)
    expect(of('smallestViable')?.value).toBe(1000)
    for (const rung of LADDER.rungs) {
      expect(of(`returnAfterCosts@${rung.equity}`)?.value).toBe(rung.returnAfterCosts)
      expect(of(`feeShareOfGross@${rung.equity}`)?.value).toBe(rung.feeShareOfGross)
    }
    expect(markupOf(page.html)).toContain('Viable from 1,000 USD on.')
    expect(markupOf(page.html)).toContain(LADDER.definition)
  })

  it('puts the rarest reasons together, and says zero where nothing was refused', async () => {
    const { html } = await renderLadderReport(LADDER)
    const { columns } = JSON.parse(/id="model">(.*?)<\/script>/s.exec(html)![1]!).datasets.reasons
    const [equity, reason, , count] = columns.map((one: { values: unknown[] }) => one.values)
    expect(new Set(reason).size).toBe(6)
    expect(reason).toContain('others')
    const at = (size: string, code: string) =>
      count[equity.findIndex((one: string, i: number) => one === size && reason[i] === code)]
    expect([at('5', 'BELOW_MINIMUM'), at('1,000', 'BELOW_MINIMUM'), at('1,000', 'LOW_QUALITY')]).toEqual([12, 0, 2])
  })

  it.each(Object.entries(oddLadders()))('bears %s', async (_, ladder) => expectSound(await renderLadderReport(ladder)))

  it('has the same elements and attributes whatever its strings are', () =>
    sameElements((make) => {
      let index = 0
      return renderLadderReport(replaceStrings(LADDER, () => make(index++), new Set(['refusals', 'params'])))
    }))
})

describe('renderQualityReport', () => {
  it('sums what the checks found, the worst series first', async () => {
    const page = await renderQualityReport(QUALITY)
    expectSound(page)
    const of = (id: string) => page.figures.figures.find((one) => one.id === id)?.value
    expect([of('series'), of('rows'), of('errors'), of('warnings'), of('outageRows')]).toEqual([2, 480, 2, 2, 10])
    expect(of('errors@kraken:ETH/USD:1h')).toBe(2)
    const { series } = JSON.parse(/id="model">(.*?)<\/script>/s.exec(page.html)![1]!).datasets
    expect(series.columns[0].values).toEqual(['kraken:ETH/USD:1h', 'kraken:BTC/USD:1h'])
  })

  it.each(Object.entries(oddData()))('bears %s', async (_, input) => expectSound(await renderQualityReport(input)))

  it('says so where the store is empty', async () => {
    const { html } = await renderQualityReport(oddData()['an empty store']!)
    expect(markupOf(html)).toContain('the store is empty')
  })

  it('has the same elements and attributes whatever its strings are', () =>
    sameElements((make) => {
      let index = 0
      const input = replaceStrings(ONE_SERIES, () => make(index++), new Set(['counts']))
      const own = ONE_SERIES.series[0]!
      return renderQualityReport({
        ...input,
        calendar: ONE_SERIES.calendar,
        series: input.series.map((one) => ({
          ...one,
          kind: own.kind,
          segments: own.segments,
          findings: one.findings.map((each) => ({ ...each, severity: 'error' as const })),
        })),
      })
    }))
})
