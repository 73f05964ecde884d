/** What a mutant is: one change to one rule, and the tests that must notice it. */

export interface Mutant {
  /** Unique, in the words of the rules: `B1 cap`. */
  readonly name: string
  /** What the changed code would do wrong. */
  readonly harm: string
  readonly file: string
  /** Must stand in the file exactly once. */
  readonly from: string
  readonly to: string
  /** Test files that are run; one of their tests must fail. They must not need shared data or a build. */
  readonly tests: readonly string[]
}

/** The changed text. Throws where `from` isn't there exactly once: then the mutation is stale. */
export function mutate(mutant: Mutant, text: string): string {
  const { name, file, from, to } = mutant
  const parts = text.split(from)
  if (parts.length === 2 && from !== to) return parts.join(to)
  const found = parts.length === 1 ? 'is not there' : `is there ${parts.length - 1} times`
  throw new Error(`the mutation '${name}' is stale: in ${file} ${found}: ${from.split('\n')[0]} …`)
}
