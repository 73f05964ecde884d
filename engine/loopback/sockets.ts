/** The exchange's websockets: connections at `/v2`, their tokens, heartbeats, and what is told to whom. */

import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Exchange } from './exchange.ts'
import type { SocketFaults } from './faults/socket-faults.ts'
import type { ApiKey } from './keys.ts'
import { SpotSocket } from './spot/socket.ts'
import type { SpotWorld } from './spot/world.ts'

const HEARTBEAT_MS = 1000
/** Of what a client sends, bytes. */
const LARGEST_MESSAGE = 100_000
/** Who doesn't read is let go of when so much waits for him, bytes. */
const MOST_WAITING = 16_000_000
const OPEN = 1

interface Connection {
  readonly socket: WebSocket
  readonly spot: SpotSocket
  /** Says nothing any more but heartbeats: a fault. */
  silent: boolean
}

export class Tokens {
  private readonly accounts = new Map<string, string>()

  issue({ setup }: ApiKey): string {
    const token = randomBytes(32).toString('base64')
    this.accounts.set(token, setup.account)
    return token
  }

  accountOf(token: string): string | null {
    return this.accounts.get(token) ?? null
  }
}

export class Sockets {
  private readonly exchange: Exchange
  private readonly world: SpotWorld
  private readonly tokens: Tokens
  private readonly faults: SocketFaults
  private readonly connections = new Set<Connection>()
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE })
  private readonly heart: NodeJS.Timeout

  constructor(exchange: Exchange, world: SpotWorld, tokens: Tokens, faults: SocketFaults) {
    this.exchange = exchange
    this.world = world
    this.tokens = tokens
    this.faults = faults
    this.heart = setInterval(() => this.beat(), HEARTBEAT_MS)
    exchange.onEvent(({ floor, account, event }) => {
      if (floor !== 'spot') return
      for (const one of this.connections) if (one.spot.account === account) one.spot.tellEvent(event)
    })
    exchange.onPlayed((nowMs) => {
      for (const one of this.connections) one.spot.tellTime(nowMs)
    })
  }

  /** Takes websocket connections at `/v2`; none from web pages. */
  attach(http: Server): void {
    http.on('upgrade', (request, socket, head) => {
      if (!/^\/v2\/?$/.test(request.url ?? '') || request.headers.origin !== undefined) {
        socket.destroy()
        return
      }
      this.server.handleUpgrade(request, socket, head, (one) => this.connect(one))
    })
  }

  private connect(socket: WebSocket): void {
    const held: { connection: Connection | null } = { connection: null }
    const spot = new SpotSocket({
      exchange: this.exchange,
      world: this.world,
      accountOf: (token) => this.tokens.accountOf(token),
      send: (message) => {
        if (held.connection === null) write(socket, message)
        else this.tell(held.connection, message)
      },
    })
    const connection: Connection = { socket, spot, silent: false }
    held.connection = connection
    this.connections.add(connection)
    socket.on('message', (data) => spot.hear(data.toString()))
    socket.on('close', () => this.connections.delete(connection))
    socket.on('error', () => socket.terminate())
  }

  private tell(connection: Connection, message: unknown): void {
    const { socket } = connection
    const isEvent = typeof message === 'object' && message !== null && 'channel' in message
    const fate = isEvent ? this.faults.fate(message) : 'sent'
    if (fate === 'dropped') {
      socket.terminate()
      return
    }
    if (fate === 'silent') connection.silent = true
    if (connection.silent && isEvent) return
    for (const one of this.faults.order(connection, message, fate)) write(socket, one)
  }

  private beat(): void {
    for (const { socket, spot } of this.connections) if (spot.isSubscribed) write(socket, { channel: 'heartbeat' })
  }

  close(): void {
    clearInterval(this.heart)
    for (const { socket } of this.connections) socket.terminate()
    this.server.close()
  }
}

function write(socket: WebSocket, message: unknown): void {
  if (socket.readyState !== OPEN) return
  if (socket.bufferedAmount > MOST_WAITING) socket.terminate()
  else socket.send(JSON.stringify(message))
}
