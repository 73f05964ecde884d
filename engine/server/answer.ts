/** Bodies in, errors out: the one form of both. */

import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import { TandemError } from '../core/errors.ts'
import { BODY_MAX } from './guard/request.ts'

export interface Env {
  Bindings: HttpBindings
}

export type Asked = Context<Env>

/** An error as every answer has it: `{ "error": { code, message, where, hint } }`. */
export interface ErrorBody {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly where: string | null
    readonly hint: string | null
  }
}

export function errorBody(code: string, message: string, where: string | null, hint: string | null): ErrorBody {
  return { error: { code, message, where, hint } }
}

const STATUS: Readonly<Record<string, ContentfulStatusCode>> = {
  OPERATION_RUNNING: 409,
  NOT_CONFIRMED: 428,
  TOO_MANY_JOBS: 429,
  TOO_MANY_STREAMS: 429,
  BODY_TOO_LARGE: 413,
}

/** What went wrong, as an answer. A fault of ours is told without its details, which go to the log. */
export function errorAnswer(c: Asked, error: unknown, log: (line: string) => void): Response {
  if (error instanceof TandemError) {
    const { code, message, where, hint } = error
    const status = STATUS[code] ?? (code.startsWith('NO_') ? 404 : 400)
    return c.json(errorBody(code, message, where, hint), status)
  }
  log(
    `tandem: a fault of the workbench itself, please report it\n${error instanceof Error ? error.stack : String(error)}`,
  )
  return c.json(errorBody('FAULT', 'this is a fault of tandem itself', null, 'see the terminal of tandem serve'), 500)
}

/** The JSON body, checked. Throws `BAD_REQUEST` with the key, `BODY_TOO_LARGE`. */
export async function bodyOf<T>(c: Asked, schema: z.ZodType<T>): Promise<T> {
  const text = await limitedText(c)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new TandemError('the body is no JSON', { code: 'BAD_REQUEST', cause })
  }
  return checked(value, schema, 'body')
}

/** A value against its schema. Throws `BAD_REQUEST` in one line. */
export function checked<T>(value: unknown, schema: z.ZodType<T>, where: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { path, message } = result.error.issues[0]!
  throw new TandemError(message, { code: 'BAD_REQUEST', where: [where, ...path.map(String)].join('.').slice(0, 200) })
}

/** A chunked body names no length: it is counted as it comes. */
async function limitedText(c: Asked): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of c.env.incoming) {
    size += (chunk as Uint8Array).length
    if (size > BODY_MAX) throw new TandemError(`a body has at most ${BODY_MAX} bytes`, { code: 'BODY_TOO_LARGE' })
    chunks.push(chunk as Uint8Array)
  }
  return Buffer.concat(chunks).toString('utf8')
}
