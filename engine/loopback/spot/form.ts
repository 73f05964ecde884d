/** Bodies of Kraken's private calls: a form (`close[price]=…`) or JSON. Both become one flat record of texts. */

import { KrakenError } from './errors.ts'

export interface Form {
  /** By name; nested ones as `close[price]`. */
  readonly fields: ReadonlyMap<string, string>
  /** Members that are lists of objects: `orders` of a batch. */
  readonly lists: ReadonlyMap<string, readonly unknown[]>
}

/** Throws `EGeneral:Invalid arguments` for a body that is neither. */
export function parseForm(body: string, contentType: string): Form {
  const fields = new Map<string, string>()
  const lists = new Map<string, readonly unknown[]>()
  if (contentType.includes('json')) {
    let value: unknown
    try {
      value = JSON.parse(body)
    } catch {
      throw new KrakenError('EGeneral:Invalid arguments')
    }
    if (typeof value !== 'object' || value === null) throw new KrakenError('EGeneral:Invalid arguments')
    flatten(value as Record<string, unknown>, '', fields, lists)
  } else for (const [name, text] of new URLSearchParams(body)) fields.set(name, text)
  return { fields, lists }
}

function flatten(
  value: Readonly<Record<string, unknown>>,
  prefix: string,
  fields: Map<string, string>,
  lists: Map<string, readonly unknown[]>,
): void {
  for (const [key, member] of Object.entries(value)) {
    const name = prefix === '' ? key : `${prefix}[${key}]`
    if (Array.isArray(member)) lists.set(name, member)
    else if (typeof member === 'object' && member !== null) {
      flatten(member as Record<string, unknown>, name, fields, lists)
    } else if (member !== null && member !== undefined) fields.set(name, String(member))
  }
}

/** An object of a batch as a form of its own. */
export function formOf(value: unknown): Form {
  const fields = new Map<string, string>()
  const lists = new Map<string, readonly unknown[]>()
  if (typeof value === 'object' && value !== null) flatten(value as Record<string, unknown>, '', fields, lists)
  return { fields, lists }
}

/** Whether a switch is on: Kraken takes `true` and `1`, Python's clients send `True`. */
export function isOn(form: Form, name: string): boolean {
  const text = form.fields.get(name)?.toLowerCase()
  return text === 'true' || text === '1'
}

/** Seconds (with decimals) as ms; null where the field is absent. */
export function secondsField(form: Form, name: string): number | null {
  const text = form.fields.get(name)
  if (text === undefined || text === '') return null
  const value = Number(text)
  if (!Number.isFinite(value)) throw new KrakenError(`EGeneral:Invalid arguments:${name}`)
  return Math.round(value * 1000)
}
