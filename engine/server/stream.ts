/** A stream of server-sent events, written straight to the socket so that a page that doesn't read can't fill memory. */

import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { TandemError } from '../core/errors.ts'
import type { Asked } from './answer.ts'
import { SECURITY_HEADERS } from './guard/headers.ts'
import { STREAMS_MAX } from './hub.ts'

/** Bytes that may wait for a slow page before it is cut off. It connects again by itself. */
const WAITING_MAX = 1_000_000
const PING_MS = 15_000

export interface EventStream {
  /** False once the page is gone. */
  send(event: string, data: unknown): boolean
}

export class Streams {
  private readonly open = new Set<() => void>()

  get size(): number {
    return this.open.size
  }

  /** Ends every stream. */
  close(): void {
    for (const end of this.open) end()
  }

  /** Opens a stream; `begin` returns what is done when it ends. Throws `TOO_MANY_STREAMS`. */
  start(c: Asked, begin: (stream: EventStream) => () => void): Response {
    if (this.open.size >= STREAMS_MAX) {
      throw new TandemError('too many pages are watching', { code: 'TOO_MANY_STREAMS', hint: 'close some' })
    }
    const { outgoing } = c.env
    outgoing.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream; charset=utf-8' })
    const write = (text: string): boolean => {
      if (outgoing.destroyed || outgoing.writableEnded) return false
      if (outgoing.writableLength > WAITING_MAX) {
        outgoing.destroy()
        return false
      }
      outgoing.write(text)
      return true
    }
    write('retry: 1000\n\n')
    const ping = setInterval(() => write(': still here\n\n'), PING_MS)
    const finish = begin({ send: (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`) })
    const end = (): void => {
      outgoing.end()
    }
    this.open.add(end)
    outgoing.on('close', () => {
      clearInterval(ping)
      this.open.delete(end)
      finish()
    })
    return RESPONSE_ALREADY_SENT
  }
}
