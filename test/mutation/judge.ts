/** Runs mutants one by one and says which test killed each. */

import type { Mutant } from './mutant.ts'
import type { TestRun } from './workspace.ts'

/** What a workspace does for the judge. */
export interface Runner {
  with<T>(mutant: Mutant, body: () => T): T
  run(tests: readonly string[], bail: boolean): TestRun
}

export type Verdict =
  | { readonly mutant: Mutant; readonly fate: 'killed'; readonly killer: string }
  | { readonly mutant: Mutant; readonly fate: 'survived' }

/** The tests of all mutants must pass before anything is changed. Throws with the first that doesn't. */
export function checkBaseline(runner: Runner, mutants: readonly Mutant[]): void {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))].sort()
  const { passed, failed, broken } = runner.run(tests, true)
  const fault = failed[0] ?? broken[0]
  if (fault !== undefined) throw new Error(`without any mutation there fails: ${fault}`)
  if (passed === 0) throw new Error('without any mutation no test ran')
}

/** Throws where a mutation is stale, or breaks a file instead of a rule. */
export function judge(runner: Runner, mutant: Mutant): Verdict {
  const { failed, broken } = runner.with(mutant, () => runner.run(mutant.tests, true))
  const killer = failed[0]
  if (killer !== undefined) return { mutant, fate: 'killed', killer }
  if (broken[0] !== undefined) throw new Error(`the mutation '${mutant.name}' breaks ${broken[0]}: it doesn't load`)
  return { mutant, fate: 'survived' }
}

/** `count` of them, drawn by a number from 0 up to 1; in their own order. */
export function drawn<T>(items: readonly T[], count: number, uniform: () => number): T[] {
  const indices = items.map((_, index) => index)
  const chosen: number[] = []
  while (chosen.length < count && indices.length > 0) {
    chosen.push(...indices.splice(Math.floor(uniform() * indices.length), 1))
  }
  return chosen.sort((a, b) => a - b).map((index) => items[index]!)
}
