/** The exchange on HTTP: bound to the loopback interface, one request after the other for each protocol. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TandemError } from '../core/errors.ts'
import type { Control } from './control.ts'
import type { WireRequest, WireResponse } from './wire.ts'

/** Largest body that is read, bytes: a batch of orders is far below it. */
const LARGEST_BODY = 1_000_000

/** Answers a request; null where the path isn't this protocol's. */
export type Protocol = (request: WireRequest) => WireResponse | null

export interface Answering {
  readonly request: WireRequest
  /** Does what the request asks for, and says what the answer would be. May be called twice, or never. */
  readonly perform: () => WireResponse
  readonly response: ServerResponse
}

export interface ServerOptions {
  readonly protocols: readonly Protocol[]
  readonly control: Control
  /** Carries a request to its protocol and the answer back: where faults come in. */
  readonly carry: (answering: Answering) => void
}

export interface RunningServer {
  readonly url: string
  readonly server: Server
  close(): Promise<void>
}

/** Listens on 127.0.0.1; port 0 takes any free one. Throws `PORT_IN_USE`. */
export async function startServer(port: number, options: ServerOptions): Promise<RunningServer> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => fail(response, error))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)))
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error
  return new TandemError(`port ${port} can't be listened on: ${error.code}`, {
    code: 'PORT_IN_USE',
    where: '--port',
    hint: 'name another one, or 0 for any that is free',
  })
}

async function answer(message: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  const request = await read(message)
  if (request === null) return send(response, { status: 413, body: { error: ['EGeneral:Invalid arguments'] } })
  if (request.path.startsWith('/tandem/')) return send(response, options.control.handle(request))
  const perform = (): WireResponse => {
    for (const protocol of options.protocols) {
      const result = protocol(request)
      if (result !== null) return result
    }
    return { status: 404, body: { error: ['EGeneral:Unknown method'] } }
  }
  options.carry({ request, perform, response })
}

async function read(message: IncomingMessage): Promise<WireRequest | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_BODY) return null
    chunks.push(chunk)
  }
  const [path, query = ''] = (message.url ?? '/').split('?', 2) as [string, string?]
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]))
  return { method: message.method ?? 'GET', path, query, headers, body: Buffer.concat(chunks).toString('utf8') }
}

export function send(response: ServerResponse, { status, body }: WireResponse): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

function fail(response: ServerResponse, error: unknown): void {
  process.stderr.write(`exchange: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  send(response, { status: 500, body: { error: ['EGeneral:Internal error'] } })
}
