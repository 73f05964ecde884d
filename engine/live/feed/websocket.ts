/** Lines over real websockets. The library is loaded when the first is opened. */

import type { Line, LineListener, OpenLine } from './stream.ts'

const HANDSHAKE_MS = 10_000
const MESSAGE_BYTES = 4_000_000

export const openWebsocket: OpenLine = (url, listener) => {
  let socket: { send(text: string): void; terminate(): void } | null = null
  let over = false
  const close = (why: string): void => {
    if (over) return
    over = true
    listener.closed(why)
  }
  void import('ws').then(
    ({ WebSocket }) => {
      if (over) return
      const opened = new WebSocket(url, { handshakeTimeout: HANDSHAKE_MS, maxPayload: MESSAGE_BYTES })
      socket = opened
      listen(opened, listener, close, () => over)
    },
    (error: Error) => close(error.message),
  )
  const line: Line = {
    send: (text) => {
      if (!over) socket?.send(text)
    },
    close() {
      over = true
      socket?.terminate()
    },
  }
  return line
}

function listen(
  socket: import('ws').WebSocket,
  listener: LineListener,
  close: (why: string) => void,
  isOver: () => boolean,
): void {
  socket.on('open', () => {
    if (!isOver()) listener.opened()
  })
  socket.on('message', (data: Buffer) => {
    if (!isOver()) listener.message(data.toString('utf8'))
  })
  // Without a listener an error would end the process.
  socket.on('error', (error: Error) => close(error.message))
  socket.on('close', (code: number) => close(`the line was closed (${code})`))
}
