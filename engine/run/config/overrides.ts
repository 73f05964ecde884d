/** `--set path=value`: one key of the run file from the command line. The value is YAML. */

import { TandemError } from '../../core/errors.ts'
import { type KeyPath, parseYaml } from './yaml-source.ts'

export interface Override {
  readonly path: KeyPath
  readonly value: unknown
  /** As it was written, for errors. */
  readonly text: string
}

/** Parses `data.symbols=[BTC/USD]` or `data.symbols.0=BTC/USD`. Throws `BAD_OVERRIDE`. */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=')
  const keys = text.slice(0, Math.max(equals, 0)).trim()
  const steps = keys.split('.')
  if (steps.includes('')) {
    throw new TandemError('expected path=value', {
      code: 'BAD_OVERRIDE',
      where: `--set ${text}`,
      hint: 'write for example --set account.equity=100',
    })
  }
  const path = steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step))
  return { path, value: parseYaml(text.slice(equals + 1), `--set ${keys}`).value, text }
}

/** A copy of `root` with the override's value at its path; sections on the way are made. Throws `BAD_OVERRIDE`. */
export function applyOverride(root: unknown, override: Override): unknown {
  return withValue(root, override, 0)
}

function withValue(node: unknown, override: Override, depth: number): unknown {
  const step = override.path[depth]
  if (step === undefined) return override.value
  if (Array.isArray(node) && typeof step === 'number' && step <= node.length) {
    const list = [...node]
    list[step] = withValue(list[step], override, depth + 1)
    return list
  }
  const isSection = node === undefined || node === null || (typeof node === 'object' && !Array.isArray(node))
  if (!isSection) {
    const parent = override.path.slice(0, depth).join('.')
    const what = Array.isArray(node) ? `a list of ${node.length}` : 'a single value'
    throw new TandemError(`${override.path.join('.')}: there is nothing to set there, ${parent} is ${what}`, {
      code: 'BAD_OVERRIDE',
      where: `--set ${override.text}`,
    })
  }
  const section = (node ?? {}) as Record<string, unknown>
  // A computed key defines an own member even for __proto__, which the schema then refuses as unknown.
  const member = Object.hasOwn(section, step) ? section[step] : undefined
  return { ...section, [step]: withValue(member, override, depth + 1) }
}
