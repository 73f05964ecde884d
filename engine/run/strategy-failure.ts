/** An exception out of a user's strategy is the strategy's fault, not tandem's, and is shown as such. */

import { basename } from 'node:path'
import { TandemError } from '../core/errors.ts'
import { strategyLine } from './strategy-line.ts'
import type { LoadedStrategy } from './strategy-loader.ts'

/**
 * The error to throw on: `STRATEGY_FAILED` where the exception arose in the bundle of a strategy file, else the error
 * itself. Found by the stack's first frame, so that the loops need no try around a strategy's call.
 */
export function strategyFailure(error: unknown, { module, bundlePath }: LoadedStrategy): unknown {
  if (!(error instanceof Error) || error instanceof TandemError || bundlePath === null) return error
  const frame = (error.stack ?? '').split('\n').find((line) => /^\s+at /.test(line)) ?? ''
  if (!frame.includes(basename(bundlePath))) return error
  const method = /at (?:[\w$]+\.)*([\w$]+) /.exec(frame)?.[1]
  const line = strategyLine(error)
  return new TandemError(
    `the strategy fails${method === undefined ? '' : ` in ${method}`}: ${error.name}: ${error.message}`,
    {
      code: 'STRATEGY_FAILED',
      where: `strategy ${module.name}${line === null ? '' : `, ${line}`}`,
      cause: error,
    },
  )
}
