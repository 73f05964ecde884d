/** A strategy's parameters, judged by its own schema. */

import { TandemError } from '../core/errors.ts'
import type { StrategyModule } from '../core/strategy.ts'
import { explainIssue, foremost } from './config/explain.ts'
import { suggestion } from './suggest.ts'

/**
 * Parameters with the strategy's defaults filled in. An unknown one is refused even where the strategy's schema would
 * drop it silently. Throws `BAD_PARAMS` naming `strategy.params.KEY`.
 */
export function parseParams<P>(module: StrategyModule<P>, params: Readonly<Record<string, unknown>>): P {
  const known = parameterNames(module)
  const unknown = known === null ? undefined : Object.keys(params).find((key) => !known.includes(key))
  if (unknown !== undefined) throw badParameter(module, [unknown], 'unknown parameter', suggestion(unknown, known!))
  const result = module.params.safeParse(params)
  if (result.success) return result.data
  const { path, message, hint } = explainIssue(foremost(result.error.issues), params, () => ({}))
  throw badParameter(module, path, message, hint)
}

/** The names of a strategy's parameters; null where its schema isn't a plain object. */
export function parameterNames(module: { readonly params: unknown }): string[] | null {
  const { shape } = module.params as { shape?: Readonly<Record<string, unknown>> }
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : null
}

function badParameter(
  module: { readonly name: string },
  path: readonly (string | number)[],
  message: string,
  hint: string | null,
): TandemError {
  return new TandemError(`${message} (strategy ${module.name})`, {
    code: 'BAD_PARAMS',
    where: ['strategy', 'params', ...path].join('.'),
    ...(hint === null ? {} : { hint }),
  })
}
