/**
 * One process an account: a port of this machine's loopback that the key's id names. The system frees it when the
 * process dies, however it dies, so that no stale lock is ever left; a port that another program happens to hold is
 * told from one that tandem holds by what answers there.
 */

import { createHash } from 'node:crypto'
import { connect, createServer, type Server } from 'node:net'
import { TandemError } from '../core/errors.ts'
import type { AccountLock } from './ports.ts'

/** Ports below the range that systems give to outgoing connections. */
const FIRST_PORT = 20_000
const PORTS = 12_000
/** A process that is busy, or starved of its machine, answers late: it must not be taken for another program. */
const ANSWER_MS = 3000

/** Holds the account of a key for this process. Throws `ACCOUNT_IN_USE` or `LOCK_PORT_TAKEN`. */
export async function lockAccount(venue: string, keyId: string): Promise<AccountLock> {
  const name = createHash('sha256').update(`tandem|${venue}|${keyId}`, 'utf8').digest()
  const port = FIRST_PORT + (name.readUInt32BE(0) % PORTS)
  const greeting = `tandem ${name.toString('hex').slice(0, 16)}\n`
  const server = await listening(port, greeting)
  if (server !== null) return { release: () => new Promise((resolve) => server.close(() => resolve())) }
  if ((await heard(port)) === greeting) {
    throw new TandemError(`another tandem process trades this account of ${venue}`, {
      code: 'ACCOUNT_IN_USE',
      hint: 'stop it first, or use a key and a sub-account of its own',
    })
  }
  throw new TandemError(`port ${port} of this machine, which stands for the account, is in use by another program`, {
    code: 'LOCK_PORT_TAKEN',
    hint: 'stop that program, or use another key',
  })
}

function listening(port: number, greeting: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.end(greeting)
    })
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null)
      else reject(error)
    })
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      // The lock must not keep a finished process alive.
      server.unref()
      resolve(server)
    })
  })
}

function heard(port: number): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect({ port, host: '127.0.0.1' })
    socket.setEncoding('utf8')
    socket.setTimeout(ANSWER_MS, () => socket.destroy())
    socket.on('data', (part: string) => {
      text += part
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}
