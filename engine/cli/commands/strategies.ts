/** `tandem strategies`: what comes with tandem, with every parameter, its limits and default. */

import type { StrategyModule } from '../../core/strategy.ts'
import { defineCommand } from '../command.ts'
import { type Cell, formatTable } from '../output.ts'

interface ParameterSchema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly exclusiveMaximum?: number
  readonly default?: unknown
  readonly description?: string
}

interface StrategyListing {
  readonly name: string
  readonly description: string
  /** JSON Schemas by parameter. */
  readonly params: Readonly<Record<string, ParameterSchema>>
  /** The parameters that must be given. */
  readonly required: readonly string[]
}

export const command = defineCommand({
  positionals: '[name]',
  positionalOptions: { name: { type: 'string', describe: 'only this one' } },
  options: {},
  async run(args, output, services) {
    const registry = await services.strategies()
    const { loadStrategy } = await import('../../run/strategy-loader.ts')
    const names = args.name === undefined ? Object.keys(registry).sort() : [args.name]
    const listings: StrategyListing[] = []
    for (const name of names) listings.push(await listing((await loadStrategy({ name }, { registry })).module))
    output.result({ strategies: listings }, () => listings.map(listingText).join('\n'))
    return 0
  },
})

async function listing({ name, description, params }: StrategyModule): Promise<StrategyListing> {
  const { z } = await import('zod')
  const schema = z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' })
  const properties = (schema.properties ?? {}) as Record<string, ParameterSchema>
  return { name, description, params: properties, required: schema.required ?? [] }
}

function listingText({ name, description, params, required }: StrategyListing): string {
  const rows = Object.entries(params).map(([parameter, schema]): Cell[] => [
    `  ${parameter}`,
    rangeText(schema),
    schema.default === undefined ? (required.includes(parameter) ? 'required' : null) : JSON.stringify(schema.default),
    schema.description ?? '',
  ])
  const table = rows.length === 0 ? '' : formatTable(['  parameter', 'values', 'default', ''], rows)
  return `${name}\n  ${description}\n${table}`
}

/** `integer ≥ 1, < 10`, or the values themselves. Limits that only say "a safe integer" are left out. */
function rangeText(schema: ParameterSchema): string {
  if (schema.enum !== undefined) return schema.enum.join(' | ')
  const limits: [string, number | undefined][] = [
    ['≥', schema.minimum],
    ['>', schema.exclusiveMinimum],
    ['≤', schema.maximum],
    ['<', schema.exclusiveMaximum],
  ]
  const shown = limits
    .filter(([, limit]) => limit !== undefined && Math.abs(limit) !== Number.MAX_SAFE_INTEGER)
    .map(([sign, limit]) => `${sign} ${limit}`)
  return [schema.type ?? 'any', shown.join(', ')].filter((part) => part !== '').join(' ')
}
