/** Servers of our own that alerts are delivered to: one for HTTP, one that speaks as much SMTP as a mail needs. */

import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, createServer as createTcpServer, type Server } from 'node:net'
import { onTestFinished } from 'vitest'

export interface HttpRequest {
  readonly url: string
  readonly body: string
}

/** Answers `status()` to everything; `null` for no answer at all. */
export async function httpServer(status: () => number | null): Promise<{ base: string; requests: HttpRequest[] }> {
  const requests: HttpRequest[] = []
  const server = createServer(async (request, response) => {
    requests.push({ url: request.url ?? '', body: await bodyOf(request) })
    const code = status()
    if (code !== null) response.writeHead(code).end('{}')
  })
  const port = await listening(server)
  onTestFinished(() => server.closeAllConnections())
  return { base: `http://127.0.0.1:${port}`, requests }
}

/** Takes mails; `refuse` answers every RCPT with 550. */
export async function smtpServer(refuse = false): Promise<{ port: number; mails: string[]; words: string[] }> {
  const mails: string[] = []
  const words: string[] = []
  const server = createTcpServer((socket) => {
    let data: string | null = null
    let rest = ''
    socket.write('220 test ESMTP\r\n')
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      rest += chunk.toString('utf8')
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (data !== null && line === '.') {
          mails.push(data)
          data = null
          socket.write('250 taken\r\n')
        } else if (data !== null) data += `${line}\n`
        else {
          words.push(line)
          if (/^DATA/i.test(line)) data = ''
          socket.write(answerTo(line, refuse))
        }
      }
    })
  })
  return { port: await listening(server), mails, words }
}

function answerTo(line: string, refuse: boolean): string {
  if (/^EHLO/i.test(line)) return '250-test\r\n250 AUTH PLAIN\r\n'
  if (/^STARTTLS/i.test(line)) return '502 not here\r\n'
  if (/^AUTH/i.test(line)) return '235 well\r\n'
  if (/^RCPT/i.test(line) && refuse) return '550 nobody here\r\n'
  if (/^DATA/i.test(line)) return '354 go on\r\n'
  return /^QUIT/i.test(line) ? '221 bye\r\n' : '250 well\r\n'
}

function listening(server: Server): Promise<number> {
  onTestFinished(() => void server.close())
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
}

/** An address at which nobody listens, nor will while the test runs: the near end of a connection that stays open. */
export async function closedPort(): Promise<string> {
  const socket = connect(await listening(createTcpServer()), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return `http://127.0.0.1:${socket.localPort}`
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}
