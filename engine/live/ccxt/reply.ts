/** Reads a venue's answers: what has another shape than documented is an odd answer, never a guess. */

import { z } from 'zod'
import { oddAnswer } from './failure.ts'
import { plain } from './plain.ts'

/** A decimal as text or as a JSON number, told as exact plain text. */
export const decimal = z.union([z.string(), z.number()]).transform((value, context) => {
  const text = plain(value)
  if (text === null) context.addIssue({ code: 'custom', message: 'is no decimal number' })
  return text ?? '0'
})

/** Decimal, or nothing. */
export const maybeDecimal = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => plain(value))

/** The answer as the schema has it. Throws an `ExchangeError` (unknown) that names the first field that differs. */
export function readReply<T>(venue: string, what: string, schema: z.ZodType<T>, reply: unknown): T {
  const result = schema.safeParse(reply)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = issue?.path.map(String).join('.') ?? ''
  throw oddAnswer(venue, `the answer to ${what} isn't as documented${path === '' ? '' : ` (at ${path})`}`)
}
