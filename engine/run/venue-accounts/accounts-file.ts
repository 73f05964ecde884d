/** The file of accounts at venues: who, where, under which key. Keys themselves are kept elsewhere: `tandem keys`. */

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'
import { explainIssue, foremost, type JsonSchema } from '../config/explain.ts'
import { parseYaml } from '../config/yaml-source.ts'
import { suggestion } from '../suggest.ts'

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,40}$/, { error: 'expected letters, digits, - _ and .' })
const symbol = z.string().regex(/^[A-Za-z0-9]{1,20}\/[A-Za-z0-9]{1,20}(:[A-Za-z0-9]{1,20})?$/, {
  error: 'expected a symbol such as BTC/USD',
})

const accountSchema = z.strictObject({
  user: name.describe('whose it is'),
  venue: z.string().min(1).describe('as in a run file: kraken, krakenfutures …'),
  key: z.string().min(1).optional().describe('name of its key in tandem keys; default: the venue'),
  quote: z
    .string()
    .regex(/^[A-Z0-9]{2,10}$/)
    .default('USD')
    .describe('currency that it is counted in'),
  symbols: z.array(symbol).default([]).describe('markets that belong to it beside those that it holds'),
  profile: z.string().default('auto').describe('auto, none or the name of a capital profile'),
  leverage: z.number().min(1).default(1).describe('that new positions are opened with'),
  url: z.url().optional().describe("another origin than the venue's own, such as tandem exchange"),
  testnet: z.boolean().default(false),
  keyCannotWithdraw: z
    .boolean()
    .default(false)
    .describe("you have seen at the venue that the key can't withdraw; where the venue doesn't tell"),
})

const fileSchema = z.strictObject({ accounts: z.array(accountSchema).min(1) })

export interface VenueAccount extends z.output<typeof accountSchema> {
  /** `user@venue`: what names it on the command line. */
  readonly id: string
}

/** Where the file lies in a project folder. */
export const ACCOUNTS_FILE = 'accounts.yaml'

/** The accounts of a file. Throws `NO_ACCOUNTS`, `BAD_YAML`, `BAD_ACCOUNTS`, one line with the place. */
export function readAccounts(file: string): readonly VenueAccount[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new TandemError('there is no such file of accounts', {
      code: 'NO_ACCOUNTS',
      where: file,
      hint: 'write one: accounts: [{ user: me, venue: kraken }], or name it with --accounts FILE',
      cause,
    })
  }
  return parseAccounts(text, file)
}

export function parseAccounts(text: string, file: string): readonly VenueAccount[] {
  const source = parseYaml(text, file)
  const bad = (path: readonly PropertyKey[], message: string, hint: string | null): TandemError =>
    new TandemError(`${path.length === 0 ? '' : `${path.join('.')}: `}${message}`, {
      code: 'BAD_ACCOUNTS',
      where: `${file}:${source.lineOf(path as (string | number)[])}`,
      ...(hint === null ? {} : { hint }),
    })
  const result = fileSchema.safeParse(source.value)
  if (!result.success) {
    const json = (): JsonSchema => z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
    const { path, message, hint } = explainIssue(foremost(result.error.issues), source.value, json)
    throw bad(path, message, hint)
  }
  const accounts = result.data.accounts.map((one) => ({ ...one, id: `${one.user}@${one.venue}` }))
  accounts.forEach(({ id }, i) => {
    if (accounts.findIndex((one) => one.id === id) === i) return
    throw bad(['accounts', i], `${id} stands there twice`, 'give one of them another user')
  })
  return accounts
}

/** Those that are meant: one by its id, its user or its venue; all where `wanted` is null. Throws `NO_SUCH_ACCOUNT`. */
export function chooseAccounts(accounts: readonly VenueAccount[], wanted: string | null): readonly VenueAccount[] {
  if (wanted === null) return accounts
  const chosen = accounts.filter(({ id, user, venue }) => [id, user, venue].includes(wanted))
  if (chosen.length > 0) return chosen
  const ids = accounts.map(({ id }) => id)
  throw new TandemError(`there is no account '${wanted}'`, { code: 'NO_SUCH_ACCOUNT', hint: suggestion(wanted, ids) })
}
