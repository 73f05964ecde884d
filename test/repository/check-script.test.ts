/** Goal: the check counts honestly: what failed, what didn't load, and what was skipped for want of a browser. */

import { describe, expect, it } from 'vitest'
import { named } from './files.ts'

interface Verdict {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly faults: readonly string[]
}
const script: string = '../../.ci/count.mjs'
const { judge } = (await import(script)) as { judge: (report: unknown) => Verdict }

const test = (status: string, fullName = 'a test') => ({ status, fullName })
const report = (success: boolean, assertionResults: unknown[], status = success ? 'passed' : 'failed') => ({
  success,
  testResults: [{ name: 'a.test.ts', status, assertionResults }],
})

describe('the count', () => {
  it.each([
    ['all well', report(true, [test('passed'), test('passed')]), 2, 0, []],
    ['a skipped test is no fault', report(true, [test('passed'), test('skipped')]), 1, 0, []],
    ['a failed test', report(false, [test('passed'), test('failed')]), 1, 1, []],
    ['no test', report(true, []), 0, 1, ['no test ran']],
    ['a file that does not load', report(false, [test('passed')]), 1, 1, ['did not run: a.test.ts']],
    ['an error beside the tests', report(false, [test('passed')], 'passed'), 1, 1, ['the run did not succeed']],
    [
      'a browser test that was skipped',
      report(true, [test('passed'), test('skipped', 'page [skipped: no Chromium; set CHROMIUM_PATH] draws')]),
      1,
      1,
      ['needs a browser: page [skipped: no Chromium; set CHROMIUM_PATH] draws'],
    ],
    [
      'a notebook that was skipped',
      report(true, [test('passed'), test('skipped', 'notebooks run [skipped: npm ci --prefix notebooks, first]')]),
      1,
      1,
      ['needs the notebooks’ packages: notebooks run [skipped: npm ci --prefix notebooks, first]'],
    ],
    [
      'a queue test that was skipped',
      report(true, [test('passed'), test('skipped', 'queue [skipped: redis-server is not installed] works')]),
      1,
      1,
      ['needs redis-server: queue [skipped: redis-server is not installed] works'],
    ],
  ])('%s', (_, given, passed, failed, faults) => {
    expect(judge(given)).toMatchObject({ passed, failed, faults })
  })

  it('is of the command that the README gives', () => {
    expect(named('.ci/run').text).toMatch(/^npm test -- /m)
  })
})
