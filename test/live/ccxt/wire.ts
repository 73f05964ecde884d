/** A server that hears what an adapter sends and answers what a test says: requests field by field, over real HTTP. */

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as it came. */
export interface Heard {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** The query as it was written. */
  readonly queryText: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The body's fields, of a form or of JSON. */
  readonly fields: Readonly<Record<string, unknown>>
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON unless it is text. */
  readonly body?: unknown
  /** Break the connection instead of answering. */
  readonly drop?: boolean
}

export interface Wire {
  readonly url: string
  readonly heard: Heard[]
  /** The last request. */
  last(): Heard
  /** From now on nobody is there. */
  close(): void
}

function fieldsOf(body: string): Record<string, unknown> {
  if (body === '') return {}
  if (body.startsWith('{')) return JSON.parse(body)
  return Object.fromEntries(new URLSearchParams(body))
}

async function hear(request: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString('utf8')
  const url = new URL(request.url ?? '/', 'http://localhost')
  const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]))
  const query = Object.fromEntries(url.searchParams)
  const queryText = url.search.slice(1)
  return { method: request.method ?? '', path: url.pathname, query, queryText, headers, body, fields: fieldsOf(body) }
}

/** A server for one test; `answer` is asked for each request. */
export async function startWire(answer: (heard: Heard, index: number) => Answer): Promise<Wire> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    void hear(request).then((one) => {
      heard.push(one)
      const { status = 200, headers = {}, body = '', drop = false } = answer(one, heard.length - 1)
      if (drop) {
        request.socket.destroy()
        return
      }
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  onTestFinished(close)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    close,
    last() {
      const one = heard.at(-1)
      if (one === undefined) throw new Error('nothing was sent')
      return one
    },
  }
}
