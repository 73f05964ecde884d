/**
 * The exchange's own endpoints, under `/tandem/`: the clock, the export, what its owner does past the API. They exist on
 * the loopback interface alone, and take JSON.
 *
 *   GET  /tandem/status     time, markets, whether candles are still to come
 *   POST /tandem/advance    {"toMs": 1700000000000} · {"byMs": 3600000} · {"bars": 1}; virtual clock only
 *   GET  /tandem/export     every order and trade, balances
 *   GET  /tandem/faults     how often each fault fired
 *   POST /tandem/faults     {"rates": {"lost-response": 0.1}} from now on
 *   POST /tandem/manual     {"floor","account","symbol","side","quantity"}: a market order of the account's owner
 *   POST /tandem/market     {"symbol"?, "status"}: online, cancel_only, post_only, limit_only, reduce_only, maintenance
 */

import { parseDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import { REJECT_NAMES } from '../core/fact.ts'
import { Side } from '../core/order.ts'
import type { Exchange, FloorName } from './exchange.ts'
import { exportExchange } from './export.ts'
import { plainSpec } from './specs.ts'
import type { WireRequest, WireResponse } from './wire.ts'

export interface ControlParts {
  readonly exchange: Exchange
  readonly faults: {
    counts(): Readonly<Record<string, number>>
    setRates(rates: Readonly<Record<string, number>>): void
  }
  readonly setStatus: (symbol: string | null, status: string) => void
}

type Body = Readonly<Record<string, unknown>>

export class Control {
  private readonly parts: ControlParts

  constructor(parts: ControlParts) {
    this.parts = parts
  }

  handle(request: WireRequest): WireResponse {
    // A page in a browser could post here: it can't send JSON without asking first, and nobody answers that.
    const isPost = request.method === 'POST'
    const type = request.headers['content-type'] ?? ''
    if (isPost && !type.startsWith('application/json')) return refused('send application/json')
    if (request.headers['origin'] !== undefined) return refused('not from a web page')
    try {
      const body = isPost && request.body !== '' ? (JSON.parse(request.body) as Body) : {}
      return { status: 200, body: this.run(`${request.method} ${request.path}`, body) }
    } catch (error) {
      if (error instanceof TandemError) return refused(error.line)
      if (error instanceof SyntaxError) return refused('the body is not JSON')
      throw error
    }
  }

  private run(what: string, body: Body): unknown {
    const { exchange, faults } = this.parts
    switch (what) {
      case 'GET /tandem/status':
        return this.status()
      case 'POST /tandem/advance':
        exchange.advanceTo(this.target(body))
        return this.status()
      case 'GET /tandem/export':
        return exportExchange(exchange)
      case 'GET /tandem/faults':
        return { fired: faults.counts() }
      case 'POST /tandem/faults':
        faults.setRates((body['rates'] ?? {}) as Record<string, number>)
        return { fired: faults.counts() }
      case 'POST /tandem/manual':
        return this.manual(body)
      case 'POST /tandem/market':
        this.parts.setStatus(typeof body['symbol'] === 'string' ? body['symbol'] : null, String(body['status']))
        return this.status()
      default:
        throw new TandemError(`there is no ${what}`, { code: 'UNKNOWN_CALL' })
    }
  }

  private status(): unknown {
    const { exchange } = this.parts
    return {
      nowMs: exchange.nowMs(),
      ended: exchange.hasEnded,
      nextBarMs: exchange.nextBarMs(exchange.nowMs()),
      floors: exchange.floors.map(({ name, floor }) => ({
        name,
        symbols: floor.symbols,
        timeframeMs: floor.tape.grid.timeframeMs,
        firstMs: floor.tape.grid.time[0],
        endMs: floor.endMs,
      })),
      openOrders: exchange.liveOrders().length,
    }
  }

  private target(body: Body): number {
    const { exchange } = this.parts
    const nowMs = exchange.nowMs()
    const [toMs, byMs, bars] = ['toMs', 'byMs', 'bars'].map((name) => body[name])
    if (typeof toMs === 'number' && Number.isFinite(toMs)) return toMs
    if (typeof byMs === 'number' && Number.isFinite(byMs) && byMs >= 0) return nowMs + byMs
    if (typeof bars === 'number' && Number.isInteger(bars) && bars > 0) {
      let at = nowMs
      for (let bar = 0; bar < bars; bar++) at = exchange.nextBarMs(at) ?? at
      return at
    }
    throw new TandemError('say where to: toMs, byMs or bars', { code: 'BAD_ADVANCE' })
  }

  private manual(body: Body): unknown {
    const { exchange } = this.parts
    const nowMs = exchange.nowMs()
    const floor = exchange[String(body['floor'] ?? 'spot') as FloorName]
    const desk = floor?.desks.get(String(body['account']))
    const id = floor?.symbols.indexOf(String(body['symbol'])) ?? -1
    if (desk === undefined || id < 0) throw new TandemError('no such account or symbol', { code: 'UNKNOWN_ACCOUNT' })
    const side = body['side'] === 'sell' ? Side.sell : Side.buy
    const quantity = parseDec(String(body['quantity']), desk.instruments[id]!.qtyDec)
    const placed = desk.place(plainSpec(id, side, quantity), nowMs, { manual: true })
    if (typeof placed === 'number') throw new TandemError(REJECT_NAMES[placed]!, { code: 'REFUSED' })
    return { id: placed.id, status: placed.status }
  }
}

function refused(text: string): WireResponse {
  return { status: 400, body: { error: text } }
}
