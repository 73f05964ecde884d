/** What a kind of scenario is: a schema of what a case gives and expects, and how it is played. */

import type { ZodType } from 'zod'

/** Amounts as exact decimal texts or numbers; lists and sections of them. */
export type Found = string | number | boolean | null | readonly Found[] | { readonly [key: string]: Found }

/** A table to be printed below the narration; cells are ready to be read. */
export interface PlayedTable {
  readonly title: string
  readonly heads: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface Played {
  /** The narration, a line each. */
  readonly lines: readonly string[]
  /** Everything that `expect:` can name. */
  readonly found: Found
  readonly tables?: readonly PlayedTable[]
}

export interface ScenarioKind<C = unknown> {
  /** Of one case, everything but its title; it has `expect`, which may be absent. */
  readonly schema: ZodType<C>
  /** Plays a case. `where` names file and line in errors. */
  play(given: C, where: string): Played | Promise<Played>
}

/** Types a kind, and forgets the type again for the registry. */
export function defineKind<C extends { readonly expect?: unknown }>(kind: ScenarioKind<C>): ScenarioKind {
  return kind as unknown as ScenarioKind
}
