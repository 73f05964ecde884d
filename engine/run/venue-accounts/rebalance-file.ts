/** What a rebalancing of a live account wants, from a file or the workbench page. */

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'
import { REBALANCE } from '../../rules/presets.ts'
import { explainIssue, foremost, type JsonSchema } from '../config/explain.ts'
import { parseYaml } from '../config/yaml-source.ts'
import { rebalanceKeys } from '../rebalance.ts'

const wishSchema = z.strictObject({
  account: z.string().optional().describe('id, user or venue in the file of accounts; --account overrides it'),
  leverage: z.number().min(1).default(REBALANCE.leverage),
  total: rebalanceKeys.total,
  targets: rebalanceKeys.targets,
  reserve: rebalanceKeys.reserve,
  settleMs: rebalanceKeys.settleMs,
})

export type RebalanceWishes = z.output<typeof wishSchema>

/** Throws `BAD_YAML` or `BAD_REBALANCE` in one line with the place. */
export function parseWishes(text: string, file: string): RebalanceWishes {
  const source = parseYaml(text, file)
  const result = wishSchema.safeParse(source.value)
  if (result.success) return result.data
  const json = (): JsonSchema => z.toJSONSchema(wishSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const { path, message, hint } = explainIssue(foremost(result.error.issues), source.value, json)
  throw new TandemError(`${path.length === 0 ? '' : `${path.join('.')}: `}${message}`, {
    code: 'BAD_REBALANCE',
    where: `${file}:${source.lineOf(path)}`,
    ...(hint === null ? {} : { hint }),
  })
}

/** Whether the file is of an account at a venue, and not of one that it describes. Throws `BAD_YAML`. */
export function namesAccount(text: string, file: string): boolean {
  const { value } = parseYaml(text, file)
  return typeof value === 'object' && value !== null && 'account' in value
}

/** Throws `NO_REBALANCE`. */
export function readWishes(file: string): RebalanceWishes {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    const hint = 'give a file with targets and leverage'
    throw new TandemError('there is no such file', { code: 'NO_REBALANCE', where: file, hint, cause })
  }
  return parseWishes(text, file)
}
