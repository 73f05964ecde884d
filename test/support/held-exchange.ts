/** Stands between clients and a practice exchange: lets requests through, or holds them until it is told otherwise. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HeldExchange {
  readonly url: string
  /** From now on requests wait. */
  hold(): void
  /** All that waited go through, and those that come. */
  letGo(): void
  close(): Promise<void>
}

/** Passes on to `url` what comes. */
export async function heldExchange(url: string): Promise<HeldExchange> {
  let gate: Promise<void> = Promise.resolve()
  let open = (): void => {}
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', async () => {
      await gate
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
      const body = parts.length === 0 ? {} : { body: Buffer.concat(parts) }
      try {
        const answer = await fetch(`${url}${request.url}`, {
          method: request.method!,
          headers: headers as Record<string, string>,
          ...body,
        })
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' })
        response.end(Buffer.from(await answer.arrayBuffer()))
      } catch {
        response.destroy()
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold() {
      gate = new Promise((resolve) => {
        open = resolve
      })
    },
    letGo: () => open(),
    close: () =>
      new Promise((resolve) => {
        open()
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
