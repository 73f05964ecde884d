/** Goal: mutations stay in step with the sources, and the judge can't take a broken or surviving mutant for a killed one. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { repositoryRoot } from '../support/shared.ts'
import { checkBaseline, drawn, judge, type Runner } from './judge.ts'
import { type Mutant, mutate } from './mutant.ts'
import { MUTANTS } from './mutants.ts'
import { readReport, type TestRun } from './workspace.ts'

const MUTANT: Mutant = {
  name: 'a rule',
  harm: 'it is broken',
  file: 'engine/x.ts',
  from: 'a < b',
  to: 'a <= b',
  tests: ['test/x.test.ts'],
}

describe('the mutants', () => {
  it('are many, each with a name of its own, over every chapter of the rules', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(25)
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
    expect([...new Set(MUTANTS.map(({ name }) => name[0]))].sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F'])
  })

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))('%s fits its source and its tests', (_, mutant) => {
    const text = readFileSync(join(repositoryRoot, mutant.file), 'utf8')
    expect(mutate(mutant, text)).not.toBe(text)
    for (const test of mutant.tests) expect(existsSync(join(repositoryRoot, test)), test).toBe(true)
  })

  it('a text that is not there, or there twice, is stale', () => {
    expect(mutate(MUTANT, 'if (a < b) x()')).toBe('if (a <= b) x()')
    expect(() => mutate(MUTANT, 'if (b > a) x()')).toThrow(/'a rule' is stale: in engine\/x\.ts is not there: a < b/)
    expect(() => mutate(MUTANT, 'a < b, a < b')).toThrow(/is there 2 times/)
    expect(() => mutate({ ...MUTANT, to: MUTANT.from }, 'a < b')).toThrow(/stale/)
  })
})

describe('the judge', () => {
  const runner = (run: Partial<TestRun>): Runner => ({
    with: (_, body) => body(),
    run: () => ({ passed: 1, failed: [], broken: [], ...run }),
  })

  it('names the first test that failed; none is a survivor; a file that does not load is neither', () => {
    expect(judge(runner({ failed: ['x > sees it', 'y'] }), MUTANT)).toMatchObject({
      fate: 'killed',
      killer: 'x > sees it',
    })
    expect(judge(runner({}), MUTANT).fate).toBe('survived')
    expect(() => judge(runner({ broken: ['test/x.test.ts'] }), MUTANT)).toThrow(/breaks test\/x\.test\.ts/)
  })

  it('begins only where all tests pass', () => {
    expect(() => checkBaseline(runner({}), [MUTANT])).not.toThrow()
    expect(() => checkBaseline(runner({ failed: ['x > is red'] }), [MUTANT])).toThrow(/there fails: x > is red/)
    expect(() => checkBaseline(runner({ broken: ['test/x.test.ts'] }), [MUTANT])).toThrow(/there fails/)
    expect(() => checkBaseline(runner({ passed: 0 }), [MUTANT])).toThrow(/no test ran/)
  })

  it('draws by the seed, each at most once, in their order', () => {
    const numbers = [0.5, 0, 0.99]
    expect(drawn(['a', 'b', 'c', 'd'], 3, () => numbers.shift()!)).toEqual(['a', 'c', 'd'])
    expect(drawn(['a', 'b'], 5, () => 0)).toEqual(['a', 'b'])
  })

  it('reads a report: failed tests by file, and files that did not load', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-report-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const testResults = [
      { name: `${folder}/test/a.test.ts`, status: 'failed', assertionResults: [{ status: 'failed', fullName: 'one' }] },
      { name: `${folder}/test/b.test.ts`, status: 'passed', assertionResults: [{ status: 'passed', fullName: 'two' }] },
      { name: `${folder}/test/c.test.ts`, status: 'failed', assertionResults: [] },
    ]
    expect(readReport(JSON.stringify({ testResults }), folder)).toEqual({
      passed: 1,
      failed: ['test/a.test.ts > one'],
      broken: ['test/c.test.ts'],
    })
  })
})
