/**
 * Errors of the product. A `TandemError` is the world's fault (bad input, a venue that refuses) and is shown as one
 * clear line; a `BugError` is ours and is shown with its stack. An error says whether a retry is worth it and safe.
 */

/** Exit codes of the command line: 1 "the answer is no", 2 "the command could not be carried out". */
export type ExitCode = 1 | 2

export interface TandemErrorOptions {
  /** Machine-readable code, SCREAMING_SNAKE_CASE. */
  readonly code: string
  /** Where: file, row, key, URL. Printed before the message. */
  readonly where?: string
  /** What to do about it, one clause. Printed after the message. */
  readonly hint?: string
  /** Would the same call have a chance of succeeding later? Default false. */
  readonly retryable?: boolean
  /** Is it certain that nothing happened, so that a retry can't do it twice? Default true. */
  readonly retrySafe?: boolean
  readonly exitCode?: ExitCode
  readonly cause?: unknown
}

export class TandemError extends Error {
  readonly code: string
  readonly where: string | null
  readonly hint: string | null
  readonly retryable: boolean
  readonly retrySafe: boolean
  readonly exitCode: ExitCode

  constructor(message: string, options: TandemErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TandemError'
    this.code = options.code
    this.where = options.where ?? null
    this.hint = options.hint ?? null
    this.retryable = options.retryable ?? false
    this.retrySafe = options.retrySafe ?? true
    this.exitCode = options.exitCode ?? 2
  }

  /** The one line a user sees: `where: message (hint)`. Line breaks inside the parts are folded. */
  get line(): string {
    const where = this.where === null ? '' : `${this.where}: `
    const hint = this.hint === null ? '' : ` (${this.hint})`
    return `${where}${this.message}${hint}`.replace(/\s*[\r\n]+\s*/g, ' ')
  }
}

/**
 * Whether it is a TandemError, of this copy of the class or another: a worker thread has one in its bundle, and a strategy
 * that it runs throws the public API's.
 */
export function isTandemError(error: unknown): error is TandemError {
  return error instanceof TandemError || (error instanceof Error && error.name === 'TandemError' && 'line' in error)
}

/** Something that can't happen happened: a fault of this program, never of its input. */
export class BugError extends Error {
  constructor(message: string) {
    super(`bug: ${message}`)
    this.name = 'BugError'
  }
}

/** Throws a BugError unless `condition` holds. For our invariants, not for input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BugError(message)
}
