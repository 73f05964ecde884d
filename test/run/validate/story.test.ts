/** The story in docs/validation.md is what comes out: the table there is made of this very validation. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importFile } from '../../../datasets/import/import-file.ts'
import { runValidation } from '../../../engine/run/validate/run-validation.ts'
import { describeShared, repositoryRoot, sharedPath } from '../../support/shared.ts'

const page = readFileSync(join(repositoryRoot, 'docs/validation.md'), 'utf8')
const brief = (value: number): string => String(Number(value.toPrecision(4)))

describeShared('donchian-breakout on four years of hourly Bitcoin', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-story-'))
  const store = join(folder, 'store')
  beforeAll(async () => {
    const series = { venue: 'kraken', symbol: 'BTC/USD', timeframeMs: 3_600_000 }
    await importFile(sharedPath('data/candles/kraken-XBTUSD-1h.csv.gz'), { store, ...series })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('ends as the documentation says', async () => {
    const [, runFile] = /```yaml\n(name: donchian-btc\n[\s\S]*?)```/.exec(page)!
    writeFileSync(join(folder, 'run.yaml'), runFile!)
    const { document } = await runValidation(join(folder, 'run.yaml'), {
      store,
      runs: join(folder, 'runs'),
      set: [],
      openHoldout: false,
      report: false,
      log: () => {},
    })
    expect(document.passed).toBe(false)
    for (const { label, status, value, limit } of document.gates) {
      const line = page.split('\n').find((one) => one.startsWith(`${label} `))
      expect(line, label).toBeDefined()
      expect(line).toContain(` ${status} `)
      if (value !== null) expect(line).toMatch(new RegExp(` ${status} +${brief(value)} +[<>]= ${brief(limit!)}`))
    }
    expect(document.chosen).toEqual({ entry: 200, exit: 100 })
    const [asItIs, , , slow] = document.circumstances
    expect(page).toContain(`made ${Math.round(100 * asItIs!.totalReturn!)} % in 3.4 years`)
    expect(page).toContain(`to ${Math.round(100 * slow!.totalReturn!)} %`)
    const [rolling] = document.walkForwards
    expect(page).toContain(`${Math.round(100 * rolling!.summary.stitched)} % out of sample`)
  })
})
