/** A file of the exchange's accounts: `{"name": {"USD": "500", "BTC": "0.1"}}`. */

import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { TandemError } from '../../core/errors.ts'

const amountSchema = z.union([z.string().regex(/^\d+(\.\d+)?$/), z.number().nonnegative()]).transform(String)
const schema = z.record(z.string().min(1), z.record(z.string().min(1), amountSchema))

/** Throws `BAD_ACCOUNTS_FILE`. */
export async function readAccounts(file: string): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const bad = (message: string): TandemError =>
    new TandemError(message, { code: 'BAD_ACCOUNTS_FILE', where: file, hint: '{"name": {"USD": "500"}}' })
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw bad(error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw bad(`${issue!.path.join('.')}: ${issue!.message}`)
}
