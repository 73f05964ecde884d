/** Answers that are right but for what exchanges sometimes leave out: nulls, short histories, a clock that is off. */

import type { WireRequest, WireResponse } from '../wire.ts'
import type { Faults } from './faults.ts'

/** What `history-limit` leaves of a list. */
const LIMIT = 5
const NULLS = ['price', 'fee', 'cost', 'net', 'value', 'limitprice', 'fee_paid', 'unrealizedPnl']
const LISTS = ['OpenOrders', 'ClosedOrders', 'QueryOrders', 'TradesHistory', 'OpenPositions', 'fills', 'openpositions']
const HISTORIES = ['ClosedOrders', 'TradesHistory', 'fills', 'orders']

type Json = Readonly<Record<string, unknown>>

export function bendReply(faults: Faults, { path }: WireRequest, response: WireResponse): WireResponse {
  const method = path.slice(path.lastIndexOf('/') + 1)
  const body = response.body as Json
  const isFine = response.status === 200 && (body['result'] === 'success' || typeof body['result'] === 'object')
  if (!isFine) return response
  let bent = body
  if (LISTS.includes(method) && faults.fires('null-fields')) bent = nulled(bent) as Json
  if (HISTORIES.includes(method) && faults.fires('history-limit')) bent = shortened(bent)
  if (method === 'Time') bent = offTime(faults, bent)
  return { ...response, body: bent }
}

/** Every price, fee and cost, however deep. */
function nulled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nulled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const isText = typeof member === 'string' || typeof member === 'number'
      return [name, NULLS.includes(name) && isText ? null : name === 'descr' ? member : nulled(member)]
    }),
  )
}

/** Of each list the newest few, which come first. */
function shortened(body: Json): Json {
  const result = body['result']
  const short = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.slice(0, LIMIT)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).slice(0, LIMIT))
  }
  const shorten = (all: Json): Json => Object.fromEntries(Object.entries(all).map(([name, one]) => [name, short(one)]))
  return typeof result === 'object' && result !== null ? { ...body, result: shorten(result as Json) } : shorten(body)
}

function offTime(faults: Faults, body: Json): Json {
  const result = body['result'] as Json
  const unixtime = Number(result['unixtime'])
  if (faults.fires('clock-jump')) return { ...body, result: { ...result, unixtime: unixtime + 3600 } }
  if (!faults.fires('clock-skew')) return body
  return { ...body, result: { ...result, unixtime: unixtime + faults.pick('clock-skew', [-5, -2, 2, 5]) } }
}
