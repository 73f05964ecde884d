/** What a check found: one kind of trouble at one row, how bad it is and what to do about it. */

/** `error`: wrong, must be mended. `warning`: probably wrong, or a hole to know of. */
export type Severity = 'error' | 'warning'

export interface Finding {
  /** Kind, SCREAMING_SNAKE_CASE. */
  readonly code: string
  readonly severity: Severity
  /** Line of the file (counted from 1, with its header) or row of the stored series (from 1) where it begins. */
  readonly row: number
  /** Rows it is about. */
  readonly rows: number
  /** Time of that row, ms UTC as far as it could be read; null where it couldn't. */
  readonly timeMs: number | null
  /** What is wrong, with its numbers. */
  readonly message: string
  readonly suggestion: string
  /** Does `--fix` mend it? */
  readonly fixable: boolean
}

/** Findings of one kind that are told one by one; the rest is counted. */
const TOLD = 20

/** Gathers findings; of a kind with thousands only the first are kept. */
export class Findings {
  readonly list: Finding[] = []
  readonly #counts = new Map<string, number>()
  readonly #heard: ((finding: Finding) => void) | null
  #errors = 0
  #warnings = 0
  #unmended = 0

  /** `heard` is told of every finding, also of those that are only counted. */
  constructor(heard: ((finding: Finding) => void) | null = null) {
    this.#heard = heard
  }

  add(finding: Finding): void {
    this.#heard?.(finding)
    const count = (this.#counts.get(finding.code) ?? 0) + 1
    this.#counts.set(finding.code, count)
    if (finding.severity === 'error') this.#errors += 1
    else this.#warnings += 1
    if (finding.severity === 'error' && !finding.fixable) this.#unmended += 1
    if (count <= TOLD) this.list.push(finding)
  }

  get errors(): number {
    return this.#errors
  }

  get warnings(): number {
    return this.#warnings
  }

  /** Errors that no fix mends. */
  get unmended(): number {
    return this.#unmended
  }

  /** How often each kind was found, also where not all are told. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }
}
