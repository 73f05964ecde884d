/** Parameters of indicators: building blocks of their definitions, validation, and typed access. */

import { TandemError } from '../core/errors.ts'
import type { IndicatorDefinition, IndicatorParameters, ParameterDefinition, ParameterValue } from './indicator.ts'
import { nearest } from './nearest.ts'

/** Longest window, in bars. Longer ones are mistakes of unit far more often than wishes. */
export const LENGTH_MAX = 100_000

/** A window length in bars. */
export function lengthParameter(byDefault: number, min = 1): ParameterDefinition {
  return { type: 'integer', default: byDefault, min, max: LENGTH_MAX }
}

/** How many standard deviations or average true ranges a band lies from its middle. */
export function multiplierParameter(byDefault: number): ParameterDefinition {
  return { type: 'number', default: byDefault, min: 0, max: 1_000 }
}

/** Value of a numeric parameter; `parameters` have been resolved. */
export function numberOf(parameters: IndicatorParameters, name: string): number {
  return parameters[name] as number
}

/**
 * Fills in defaults and checks every given parameter. `given` may have `undefined` values, which count as absent.
 * Throws `BAD_INDICATOR` naming the key.
 */
export function resolveParameters(
  definition: IndicatorDefinition,
  given: Readonly<Record<string, unknown>>,
): IndicatorParameters {
  const names = Object.keys(definition.parameters)
  for (const key of Object.keys(given)) {
    if (!names.includes(key)) throw unknownParameter(definition.kind, key, names)
  }
  const resolved: Record<string, ParameterValue> = {}
  for (const name of names) {
    const parameter = definition.parameters[name]!
    const value = given[name] === undefined ? parameter.default : given[name]
    const wanted = violated(parameter, value)
    if (wanted !== null) {
      throw indicatorError(definition.kind, `'${name}' is ${JSON.stringify(value) ?? String(value)}`, `give ${wanted}`)
    }
    resolved[name] = value as ParameterValue
  }
  const conflict = definition.check?.(resolved) ?? null
  if (conflict !== null) throw indicatorError(definition.kind, conflict)
  return resolved
}

/** A `BAD_INDICATOR` error about one indicator. */
export function indicatorError(kind: string, message: string, hint?: string): TandemError {
  return new TandemError(message, {
    code: 'BAD_INDICATOR',
    where: `indicator ${kind}`,
    ...(hint === undefined ? {} : { hint }),
  })
}

function unknownParameter(kind: string, key: string, names: readonly string[]): TandemError {
  const suggestion = nearest(key, names)
  const hint =
    suggestion !== null
      ? `did you mean '${suggestion}'?`
      : names.length === 0
        ? 'it has no parameters'
        : `its parameters are ${names.join(', ')}`
  return indicatorError(kind, `unknown parameter '${key}'`, hint)
}

/** What the parameter wants, if `value` isn't it. */
function violated(parameter: ParameterDefinition, value: unknown): string | null {
  switch (parameter.type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'true or false'
    case 'choice':
      return parameter.choices.includes(value as string) ? null : `one of ${parameter.choices.join(', ')}`
    default: {
      const isNumber = typeof value === 'number' && value >= parameter.min && value <= parameter.max
      const isRightKind = isNumber && (parameter.type === 'number' || Number.isInteger(value))
      const noun = parameter.type === 'integer' ? 'a whole number' : 'a number'
      return isRightKind ? null : `${noun} from ${parameter.min} to ${parameter.max}`
    }
  }
}
