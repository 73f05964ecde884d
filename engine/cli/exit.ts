/** From an error to an exit code. */

import { TandemError } from '../core/errors.ts'
import type { TextSink } from './output.ts'

/**
 * Writes what went wrong to `stderr` and returns the exit code: a TandemError as one line and its own code; anything
 * else is a fault of ours, shown with its stack, and 2.
 */
export function reportError(error: unknown, stderr: TextSink): number {
  if (error instanceof TandemError) {
    stderr.write(`tandem: ${error.line}\n`)
    return error.exitCode
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  stderr.write(`tandem: this is a fault of tandem itself, please report it\n${detail}\n`)
  return 2
}
