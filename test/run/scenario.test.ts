/**
 * Goal: every worked example of the rules, chapters A to E, is a scenario that plays as expected; and a scenario that is
 * wrong, or that expects something else, says so in one line. Method: the real files; files written to a folder.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtInFolder } from '../../datasets/dated/dated.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { mismatches, mismatchText } from '../../engine/run/scenario/expect.ts'
import { listScenarios, runScenario, scenarioNames } from '../../engine/run/scenario.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-scenario-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(text: string): string {
  const path = join(folder, 'mine.yaml')
  writeFileSync(path, text)
  return path
}

describe('the scenarios that come with tandem', () => {
  it.each(scenarioNames())('%s plays as expected', async (name) => {
    const report = await runScenario(name)
    expect(report.cases.flatMap((one) => one.mismatches.map(mismatchText))).toEqual([])
    expect(report.met).toBe(true)
    for (const one of report.cases) {
      expect(one.expects).toBe(true)
      expect(one.lines.length).toBeGreaterThan(0)
      expect(one.lines.join('\n')).not.toMatch(/undefined|NaN|\[object/)
    }
  })

  it('show every chapter that has a worked example', async () => {
    const shown = new Set((await listScenarios()).flatMap(({ chapter }) => chapter))
    const chapters = 'A1 A2 A3 A4 B1 B2 B3 B4 B5 B6 C C1 C1a C2 C4 C5 D1 D2 D3 D5 E E1 E2'.split(' ')
    expect(chapters.filter((one) => !shown.has(one))).toEqual([])
  })
})

const HEAD = 'title: mine\nchapter: B1\nshows: something\n'
const RUN = `${HEAD}account: { equity: 50, profile: none }
sizing: { mode: fixed, quote: 5 }
market:
  symbols:
    SOL/USD: [{ flat: 100, bars: 4 }]
script:
  - { bar: 0, enter: SOL/USD }
`

describe('a scenario of one’s own', () => {
  it('tells what differs, to the digit', async () => {
    const path = file(
      `${RUN}expect:\n  orders: [{ quantity: 0.06 }]\n  refusals: [{ code: BELOW_MINIMUM }]\n  cash: '4…'\n`,
    )
    const report = await runScenario(path)
    expect(report.met).toBe(false)
    expect(report.cases[0]!.mismatches.map(mismatchText)).toEqual([
      'orders.0.quantity: expected 0.06, found 0.05',
      'refusals.length: expected 1, found 0',
      'refusals.0: expected {"code":"BELOW_MINIMUM"}, found nothing',
    ])
  })

  it('without expectations is only told', async () => {
    const report = await runScenario(file(RUN))
    expect(report).toMatchObject({ name: 'mine', met: true, cases: [{ expects: false }] })
    expect(report.cases[0]!.lines).toContain('    → order 1: buy 0.05 SOL/USD at market to enter')
  })

  it('the example of the format’s page plays as it says', async () => {
    const page = readFileSync(join(builtInFolder('scenarios'), 'README.md'), 'utf8')
    const example = /```yaml\n([^`]*)```/.exec(page)![1]!
    const report = await runScenario(file(example))
    expect(report.cases.flatMap((one) => one.mismatches.map(mismatchText))).toEqual([])
  })

  it('cases change sections key by key, and take keys away with null', async () => {
    const report = await runScenario(
      file(`${RUN}expect: { cash: 45 }
cases:
  - { title: as above }
  - { title: dearer, costs: { fees: { maker: 0, taker: 0.01 } }, expect: { cash: 44.95 } }
  - { title: nothing expected, expect: null }
`),
    )
    expect(report.met).toBe(true)
    expect(report.cases.map(({ title, expects }) => [title, expects])).toEqual([
      ['as above', true],
      ['dearer', true],
      ['nothing expected', false],
    ])
  })

  it.each([
    [
      'an unknown key',
      RUN.replace('sizing:', 'sising:'),
      /mine\.yaml:5: sising: unknown key \(did you mean 'sizing'\?\)$/,
    ],
    ['no title', RUN.replace('title: mine\n', ''), /mine\.yaml:1: title: missing, expected a text/],
    ['an unknown kind', `${HEAD}kind: dream\n`, /mine\.yaml:4: kind: expected one of run, promise, compare/],
    ['an unknown rule', RUN.replace('script:', 'rules: { minimum: strict }\nscript:'), /rules\.minimum: unknown key/],
    [
      'a symbol without a market',
      RUN.replace('enter: SOL', 'enter: ADA'),
      /script: there is no market of ADA\/USD \(known: SOL\/USD\)$/,
    ],
    [
      'a bar too far',
      RUN.replace('bar: 0', 'bar: 4'),
      /script: there is no bar 4 \(the market has 4 bars, counted from 0\)$/,
    ],
    [
      'an impossible bar',
      RUN.replace('{ flat: 100, bars: 4 }', '{ bars: [[1, 1, 2, 1]] }'),
      /bar 0 is \[1, 1, 2, 1\], expected the high above/,
    ],
    [
      'markets of unequal length',
      RUN.replace('    SOL', '    ADA/USD: [{ flat: 1 }]\n    SOL'),
      /all need as many bars, got 1 and 4$/,
    ],
    ['a segment that is none', RUN.replace('flat: 100, bars: 4', 'flt: 100'), /mine\.yaml:8: .*expected flat: price/],
    [
      'an unknown fault',
      `${RUN}faults: [{ order: 1, code: tired }]\n`,
      /faults\.0\.code: expected one of insufficientFunds/,
    ],
    [
      'a fault in a case',
      `${RUN}cases:\n  - title: a\n  - title: b\n    script: [{ bar: x, enter: SOL/USD }]\n`,
      /mine\.yaml:14: /,
    ],
    ['broken YAML', 'title: [', /mine\.yaml:1: not valid YAML/],
  ])('%s is one line', async (_what, text, expected) => {
    const error = await runScenario(file(text)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TandemError)
    expect((error as TandemError).line).toMatch(expected)
  })

  it('a name that is near is suggested, an absent file is named', async () => {
    await expect(runScenario('micro-cap-promis')).rejects.toMatchObject({ hint: "did you mean 'micro-cap-promise'?" })
    await expect(runScenario('nowhere/x.yaml')).rejects.toMatchObject({ where: 'nowhere/x.yaml', code: 'NO_SCENARIO' })
  })
})

describe('expectations', () => {
  const found = { amount: '0.0026', list: [1, 2], on: true, nothing: null, name: 'x' }
  it.each([
    [{ amount: 0.0026, on: true, nothing: null, name: 'x', list: [1, 2] }, []],
    [{ amount: '0.002…' }, []],
    [{ amount: '0.003…' }, ['amount']],
    [{ amount: 0.00261 }, ['amount']],
    [{ list: [1] }, ['list.length']],
    [{ list: [1, 3] }, ['list.1']],
    [{ on: 1 }, ['on']],
    [{ nothing: 0 }, ['nothing']],
    [{ name: { x: 1 } }, ['name']],
    [{ absent: 1 }, ['absent']],
    [{ name: 'y' }, ['name']],
  ])('%j', (expected, paths) => {
    expect(mismatches(expected, found).map(({ path }) => path)).toEqual(paths)
  })
})
