/** Carries requests to the exchange and answers back, as badly as the faults say. */

import type { ServerResponse } from 'node:http'
import { type Answering, send } from '../server.ts'
import type { WireRequest, WireResponse } from '../wire.ts'
import type { Faults } from './faults.ts'

export interface CarrierParts {
  readonly faults: Faults
  /** What is late is late by up to this, ms by the wall clock. */
  readonly lateMs: number
  /** Before a private request is carried out: what happens at the exchange by itself. */
  readonly before: (request: WireRequest) => void
  /** Changes to an answer that is otherwise right. */
  readonly bend: (request: WireRequest, response: WireResponse) => WireResponse
}

/** Requests that one maintenance lasts for. */
const MAINTENANCE = [2, 4, 8]

export class Carrier {
  private readonly parts: CarrierParts
  private maintenanceLeft = 0
  /** Waits for the next request to pass it. */
  private overtaken: (() => void)[] = []

  constructor(parts: CarrierParts) {
    this.parts = parts
  }

  carry(answering: Answering): void {
    const { request, response } = answering
    if (this.turnsAway(request, response)) return
    const { faults } = this.parts
    if (faults.fires('late-request')) {
      response.destroy()
      this.later('late-request', () => this.perform(answering))
    } else if (isPrivate(request) && faults.fires('nonce-reorder')) this.hold(() => this.deliver(answering))
    else this.deliver(answering)
  }

  /** What never reaches the exchange. */
  private turnsAway(request: WireRequest, response: ServerResponse): boolean {
    const { faults } = this.parts
    if (faults.fires('lost-request')) {
      response.destroy()
      return true
    }
    if (faults.fires('hung-socket')) return true
    if (faults.fires('maintenance')) this.maintenanceLeft = faults.pick('maintenance', MAINTENANCE)
    const words = wordsFor(request)
    if (this.maintenanceLeft > 0) {
      this.maintenanceLeft -= 1
      send(response, { status: 200, body: words.maintenance })
    } else if (faults.fires('error-before')) send(response, { status: 503, body: { error: 'unavailable' } })
    else if (faults.fires('html-error')) {
      sendText(response, 502, '<html><head><title>502 Bad Gateway</title></head></html>', 'text/html')
    } else if (faults.fires('rate-limit-http')) {
      response.setHeader('retry-after', '1')
      send(response, { status: 429, body: words.rateLimit })
    } else if (faults.fires('rate-limit-word')) send(response, { status: 200, body: words.rateLimit })
    else if (faults.fires('throttled')) send(response, { status: 200, body: words.throttled })
    else if (faults.fires('lockout')) send(response, { status: 200, body: words.lockout })
    else return false
    return true
  }

  private perform({ request, perform }: Answering): WireResponse {
    if (isPrivate(request)) this.parts.before(request)
    return perform()
  }

  private deliver(answering: Answering): void {
    const { request, response } = answering
    const { faults } = this.parts
    let result = this.perform(answering)
    if (isPrivate(request) && faults.fires('duplicate-request')) {
      const second = answering.perform()
      if (faults.share('duplicate-request') < 0.5) result = second
    }
    this.answer(answering, this.parts.bend(request, result))
    const waiting = this.overtaken
    this.overtaken = []
    for (const one of waiting) one()
    void response
  }

  private answer({ request, response }: Answering, result: WireResponse): void {
    const { faults } = this.parts
    if (faults.fires('lost-response')) response.destroy()
    else if (faults.fires('late-response')) this.later('late-response', () => send(response, result))
    else if (faults.fires('reordered-response')) this.hold(() => send(response, result))
    else if (faults.fires('truncated-response')) truncate(response, result)
    else if (faults.fires('garbled-response')) garble(response, result)
    else if (faults.fires('error-after')) {
      send(response, { status: faults.pick('error-after', [502, 503, 504, 520]), body: { error: 'unavailable' } })
    } else if (faults.fires('timeout-word')) send(response, { status: 200, body: wordsFor(request).timeout })
    else send(response, result)
  }

  private later(kind: 'late-request' | 'late-response', then: () => void): void {
    setTimeout(then, Math.ceil(this.parts.faults.share(kind) * this.parts.lateMs))
  }

  /** Until the next request has been answered, or for as long as lateness lasts. */
  private hold(then: () => void): void {
    let done = false
    const once = (): void => {
      if (done) return
      done = true
      then()
    }
    this.overtaken.push(once)
    setTimeout(once, this.parts.lateMs)
  }
}

export function isPrivate({ path, headers }: WireRequest): boolean {
  return path.startsWith('/0/private/') || headers['authent'] !== undefined
}

interface Words {
  readonly maintenance: unknown
  readonly rateLimit: unknown
  readonly throttled: unknown
  readonly lockout: unknown
  readonly timeout: unknown
}

function wordsFor({ path }: WireRequest): Words {
  const isSpot = path.startsWith('/0/')
  const say = (spot: string, futures: string): unknown =>
    isSpot ? { error: [spot] } : { result: 'error', error: futures, serverTime: new Date(0).toISOString() }
  return {
    maintenance: path.endsWith('/SystemStatus')
      ? { error: [], result: { status: 'maintenance', timestamp: '1970-01-01T00:00:00Z' } }
      : say('EService:Unavailable', 'unavailable'),
    rateLimit: say('EAPI:Rate limit exceeded', 'apiLimitExceeded'),
    throttled: say('EService: Throttled: 1700000000', 'apiLimitExceeded'),
    lockout: say('EGeneral:Temporary lockout', 'unavailable'),
    timeout: say('EService:Timeout', 'unknownError'),
  }
}

function sendText(response: ServerResponse, status: number, text: string, type: string): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, { 'content-type': type })
  response.end(text)
}

/** The head promises all of the body; half of it comes. */
function truncate(response: ServerResponse, { status, body }: WireResponse): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.write(text.slice(0, text.length >> 1), () => response.destroy())
}

function garble(response: ServerResponse, { status, body }: WireResponse): void {
  const text = JSON.stringify(body)
  sendText(
    response,
    status,
    `${text.slice(0, text.length >> 1)}\u0000}{${text.slice(text.length >> 1)}`,
    'application/json',
  )
}
