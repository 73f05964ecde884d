/** The part of the `ws` library that the exchange uses. */

declare module 'ws' {
  import type { IncomingMessage } from 'node:http'
  import type { Duplex } from 'node:stream'

  export class WebSocket {
    constructor(url: string)
    readonly readyState: number
    readonly bufferedAmount: number
    send(text: string): void
    close(code?: number): void
    terminate(): void
    on(event: 'message', listener: (data: { toString(): string }) => void): this
    on(event: 'close' | 'open', listener: () => void): this
    on(event: 'error', listener: (error: Error) => void): this
  }

  export class WebSocketServer {
    constructor(options: { readonly noServer: true; readonly maxPayload?: number })
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, then: (socket: WebSocket) => void): void
    close(): void
  }
}
