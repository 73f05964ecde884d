/** The sweep report as a document: its figures, what can't get in, odd sweeps, and ten thousand trials. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectedMaximumFactor } from '../../engine/stats/deflated-sharpe.ts'
import { luckOf } from '../../reports/sweep/luck.ts'
import { plateauOf } from '../../reports/sweep/plateau.ts'
import { splitFacts } from '../../reports/sweep/split.ts'
import { renderSweepReport } from '../../reports/sweep-report.ts'
import { HOSTILE, replaceStrings, skeleton } from '../support/markup.ts'
import { GRID, madeUpSweep, oddSweeps } from '../support/sweep-input.ts'

/** The page without its scripts and style sheet. */
function markupOf(page: string): string {
  return page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '')
}

function modelOf(page: string) {
  return JSON.parse(/id="model">(.*?)<\/script>/s.exec(page)![1]!)
}

describe('renderSweepReport', () => {
  it('has the same figures in the page and beside it, each with unit, basis and definition', async () => {
    const input = madeUpSweep()
    const { html, figures } = await renderSweepReport(input)
    expect(JSON.parse(/id="figures">(.*?)<\/script>/s.exec(html)![1]!)).toEqual(JSON.parse(JSON.stringify(figures)))
    for (const { id, value, unit, basis, definition, ...rest } of figures.figures) {
      expect(
        [unit, basis, definition].every((text) => text.length > 0),
        id,
      ).toBe(true)
      if (value === null) expect(rest.reason, id).toBeTruthy()
    }
    const of = (id: string) => figures.figures.find((one) => one.id === id)?.value
    const best = input.best[0]!
    const sharpe = input.table.metrics.find(({ name }) => name === 'sharpe')!.values
    expect([of('trials'), of('bestTrial'), of('best.sharpe')]).toEqual([40, best, sharpe[best]])
    expect(of('countedTrials')).toBe(120)
    expect(of('overfitting')).toBe(0.25)
  })

  it('holds every trial unrounded, and links those that have a run report', async () => {
    const input = madeUpSweep()
    const { html } = await renderSweepReport(input)
    const { columns } = modelOf(html).datasets.trials
    const of = (name: string) => columns.find((one: { name: string }) => one.name === name).values
    expect(of('sharpe')).toEqual(input.table.metrics.find(({ name }) => name === 'sharpe')!.values)
    const best = input.best[0]!
    expect(of('report')[best]).toBe(`best/trial-${best}/report.html`)
    expect(of('report').filter((one: unknown) => one !== null)).toHaveLength(1)
  })

  it('is the same bytes for the same sweep and asks for nothing outside itself', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => renderSweepReport(madeUpSweep())))
    expect(first!.html === second!.html).toBe(true)
    expect(first!.html).toContain('default-src &#39;none&#39;')
    expect(markupOf(first!.html)).not.toMatch(/\b(?:src|href)="(?!#|data:,)/)
  })

  it.each(Object.entries(oddSweeps()))('bears %s', async (_, input) => {
    const { html, figures } = await renderSweepReport(input)
    const page = markupOf(html)
    expect(page).not.toMatch(/NaN|Infinity|undefined|\bnull\b/)
    expect(JSON.stringify(figures)).not.toMatch(/NaN|Infinity/)
    expect(/id="model">(.*?)<\/script>/s.exec(html)![1]).not.toMatch(/NaN|Infinity/)
    expect(page).toContain('Figures and definitions')
    expect(page.includes('<h2 id="heat-title">')).toBe(input.table.axes.length > 1 && input.table.trial.length > 0)
  })

  it('says that every trial failed, and why', async () => {
    const { html } = await renderSweepReport(oddSweeps()['all trials failed']!)
    expect(markupOf(html)).toContain('Every trial failed')
    expect(markupOf(html)).toContain('slow must be above fast')
  })

  it('has the same elements and attributes whatever its strings are', async () => {
    const pageOf = async (make: (index: number) => string) => {
      let index = 0
      // One word on an axis: several would be neighbours by their letters.
      const input = madeUpSweep({ axes: { kind: ['alpha'], fast: [1, 2, 3] } })
      const replaced = replaceStrings({ ...input, sharpes: null }, () => make(index++), new Set())
      // Names of columns tie objectives to metrics; those of axes are the user's.
      const own = (list: typeof input.table.metrics, now: typeof list) =>
        now.map((one, i) => ({ ...one, name: list[i]!.name, unit: list[i]!.unit }))
      return renderSweepReport({
        ...replaced,
        sharpes: input.sharpes,
        objectives: replaced.objectives.map((one, i) => ({ ...one, column: input.objectives[i]!.column })),
        table: {
          ...replaced.table,
          metrics: own(input.table.metrics, replaced.table.metrics),
        },
      }).then(({ html }) => skeleton(html))
    }
    const plain = await pageOf((index) => `x${index}`)
    const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 20 }))
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 8 }), async (texts) => {
        expect(await pageOf((index) => `${texts[index % texts.length]}${index}`)).toEqual(plain)
      }),
      { seed: 3, numRuns: 12 },
    )
  })

  it('keeps ten thousand trials under five megabytes', async () => {
    const many = Array.from({ length: 100 }, (_, i) => i + 1)
    const { html } = await renderSweepReport(madeUpSweep({ axes: { fast: many, slow: many } }))
    expect(Buffer.byteLength(html)).toBeLessThan(5_000_000)
    expect(modelOf(html).datasets.trials.columns[0].values).toHaveLength(10_000)
  })
})

describe('luckOf', () => {
  it('expects of luck what the deviation of the trials and their number on record say', () => {
    const input = madeUpSweep()
    const { expectedMaximum, deviation, trials } = luckOf(input)
    const mean = input.sharpes.reduce((sum, one) => sum + one, 0) / input.sharpes.length
    const squares = input.sharpes.reduce((sum, one) => sum + (one - mean) ** 2, 0)
    const expected = Math.sqrt(squares / (input.sharpes.length - 1))
    expect(trials).toBe(120)
    expect(deviation).toBeCloseTo(expected, 12)
    expect(expectedMaximum).toBeCloseTo(expected * expectedMaximumFactor(120), 12)
  })

  it('falls as more trials were made, and counts alike ones as fewer', () => {
    const { curve, deflated, effective, deflatedEffective } = luckOf(madeUpSweep())
    const probabilities = curve.map(({ probability }) => probability!)
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a))
    expect(effective).toBeCloseTo(0.6 + 0.4 * 120, 12)
    expect(deflatedEffective!).toBeGreaterThan(deflated!)
  })
})

describe('plateauOf', () => {
  const values = { fast: [1, 2, 3], slow: [10, 20, 30] }
  const input = madeUpSweep({ axes: values })
  // A table of our own: rows are fast 1 to 3, columns slow 10 to 30.
  const sharpe = [0, 1, 0, 2, 10, 4, 0, 3, 0]
  const own = {
    ...input,
    best: [4, 5],
    table: {
      ...input.table,
      metrics: input.table.metrics.map((one) => (one.name === 'sharpe' ? { ...one, values: sharpe } : one)),
    },
  }

  it('takes as neighbours what is one step away on one axis', () => {
    const [best, next] = plateauOf(own).neighbourhoods
    expect(best).toEqual({ trial: 4, value: 10, neighbours: 4, median: 2.5, worst: 1, ratio: 0.25 })
    // Fast 2, slow 30 has the best and two corners beside it.
    expect(next).toMatchObject({ trial: 5, neighbours: 3, median: 0, worst: 0, ratio: 0 })
  })

  it('sorts trials by their steps from the best', () => {
    expect(plateauOf(own).steps).toEqual([
      { distance: 0, trials: 1, low: 10, median: 10, high: 10 },
      { distance: 1, trials: 4, low: 1.75, median: 2.5, high: 3.25 },
      { distance: 2, trials: 4, low: 0, median: 0, high: 0 },
    ])
  })

  it('has no ratio where less is better or the best is not above 0', () => {
    const less = { ...own, objectives: [{ text: 'sharpe', column: 'sharpe', sign: -1 as const }] }
    expect(plateauOf(less).neighbourhoods[0]).toMatchObject({ ratio: null, worst: 4 })
  })

  it('takes the nearest by rank where values are drawn', () => {
    const drawn = plateauOf({ ...own, isGrid: false }).neighbourhoods[0]!
    expect(drawn.neighbours).toBe(4)
  })
})

describe('splitFacts', () => {
  it('finds the trial that was best before and the order that held', () => {
    const facts = splitFacts(madeUpSweep(GRID))!
    expect(facts.rankCorrelation).toBeCloseTo(1, 12)
    expect(facts.slope).toBeCloseTo(0.5, 12)
    expect(facts.chosenTrial).toBe(madeUpSweep(GRID).best[0])
  })

  it('has no order to speak of below three trials', () => {
    expect(splitFacts(madeUpSweep({ axes: { fast: [1, 2] } }))).toMatchObject({ rankCorrelation: null, line: [] })
  })
})
