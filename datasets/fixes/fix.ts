/** What an import changed in the rows it was given; kept in the manifest, so that nobody has to guess later. */

export interface AppliedFix {
  /** Name of the fix, such as `end-stamps`. */
  readonly fix: string
  /** How many rows it changed, added or left out. */
  readonly rows: number
  /** What it did, for a human. */
  readonly detail: string
}

/** Is it a list of applied fixes, as a manifest has it? */
export function areFixes(value: unknown): value is readonly AppliedFix[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one: Partial<AppliedFix> | null) =>
        typeof one?.fix === 'string' && typeof one.detail === 'string' && Number.isSafeInteger(one.rows),
    )
  )
}
