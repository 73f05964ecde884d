/** A journal's lines as they are read here: kinds and bodies, with nothing taken for granted about either. */

export interface JournalLine {
  readonly seq: number
  readonly kind: string
  readonly body: Body
  readonly prev: string
  readonly hash: string
}

export type Body = Readonly<Record<string, unknown>>

/** Null for what is no record. */
export function parseLine(text: string): JournalLine | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const { seq, kind, body, prev, hash } = (value ?? {}) as Record<string, unknown>
  if (typeof seq !== 'number' || typeof kind !== 'string' || typeof prev !== 'string' || typeof hash !== 'string')
    return null
  return { seq, kind, body: bodyOf(body), prev, hash }
}

export function bodyOf(value: unknown): Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {}
}

export function numberIn(body: Body, key: string): number | null {
  const value = body[key]
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

export function textIn(body: Body, key: string): string | null {
  const value = body[key]
  return typeof value === 'string' ? value.slice(0, 500) : null
}
