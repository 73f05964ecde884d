/** Where the server listens, and what it must have before it may be reached from elsewhere. */

import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TandemError } from '../core/errors.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** Names by which the server is reached from elsewhere, beside `host`. */
  readonly names: readonly string[]
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly password: string | null
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
const ANY = ['0.0.0.0', '::']
const PASSWORD_LEAST = 12

/** Throws `NOT_LOOPBACK` where the server could be reached from elsewhere without TLS and a password. */
export function checkListening({ host, names, tls, password }: ListenOptions): void {
  const fail = (message: string, hint: string, where = '--host'): never => {
    throw new TandemError(message, { code: 'NOT_LOOPBACK', where, hint })
  }
  if (password !== null && password.length < PASSWORD_LEAST) {
    fail(`it needs ${PASSWORD_LEAST} characters or more`, 'choose a longer one', 'TANDEM_SERVE_PASSWORD')
  }
  if (LOOPBACK.includes(host)) return
  if (tls === null) fail(`${host} can be reached from elsewhere: that needs TLS`, 'give --tls-cert and --tls-key')
  if (password === null)
    fail(`${host} can be reached from elsewhere: that needs a password`, 'set TANDEM_SERVE_PASSWORD')
  if (ANY.includes(host) && names.length === 0) {
    fail(`${host} is every address: which names lead here?`, 'give each with --name, such as --name bench.example.org')
  }
}

export interface Listening {
  readonly scheme: 'http' | 'https'
  readonly port: number
  /** Values of Host that are this server. */
  readonly hosts: ReadonlySet<string>
  /** The address to open. */
  readonly origin: string
  close(): Promise<void>
}

/**
 * Listens; on loopback at both 127.0.0.1 and ::1, since `localhost` may lead to either. Throws `PORT_TAKEN`,
 * `NOT_LISTENING`, `BAD_TLS`.
 */
export async function listen(options: ListenOptions, handler: RequestListener): Promise<Listening> {
  checkListening(options)
  const scheme = options.tls === null ? 'http' : 'https'
  const isLoopback = LOOPBACK.includes(options.host)
  const wanted = isLoopback && options.host !== '::1' ? ['127.0.0.1', '::1'] : [options.host]
  const servers: { readonly server: Server; readonly host: string }[] = []
  let port = options.port
  for (const host of wanted) {
    const server = makeServer(options, handler)
    try {
      await listening(server, host, port)
    } catch (cause) {
      // A machine without IPv6, or one where another program has the port there: then that name isn't ours.
      if (servers.length > 0) continue
      throw explain(cause as NodeJS.ErrnoException, host, port)
    }
    port = (server.address() as AddressInfo).port
    servers.push({ server, host })
  }
  const bound = servers.map(({ host }) => host)
  const names = isLoopback ? [...bound, ...(bound.includes('127.0.0.1') ? ['localhost'] : [])] : [options.host]
  const shown = [...names, ...options.names].filter((name) => !ANY.includes(name))
  const hosts = hostsOf(shown, port, scheme)
  return {
    scheme,
    port,
    hosts,
    origin: `${scheme}://${[...hosts][0]!}`,
    close: async () => {
      await Promise.all(servers.map(({ server }) => closed(server)))
    },
  }
}

function hostsOf(names: readonly string[], port: number, scheme: string): Set<string> {
  const bare = (scheme === 'https' && port === 443) || (scheme === 'http' && port === 80)
  const written = names.map((name) => (name.includes(':') ? `[${name}]` : name).toLowerCase())
  return new Set(written.flatMap((name) => (bare ? [name, `${name}:${port}`] : [`${name}:${port}`])))
}

function makeServer({ tls }: ListenOptions, handler: RequestListener): Server {
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5000, maxHeaderSize: 16_384 }
  let server: Server
  if (tls === null) server = createServer(limits, handler)
  else {
    const read = (path: string): Buffer => readTls(path)
    try {
      server = createTlsServer(
        { ...limits, cert: read(tls.cert), key: read(tls.key), minVersion: 'TLSv1.2' },
        handler,
      ) as unknown as Server
    } catch (cause) {
      if (cause instanceof TandemError) throw cause
      throw new TandemError((cause as Error).message, { code: 'BAD_TLS', where: tls.cert, cause })
    }
  }
  server.maxConnections = 256
  return server
}

function readTls(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new TandemError("can't be read", { code: 'BAD_TLS', where: path, hint: 'expected a PEM file', cause })
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, ipv6Only: host === '::1' }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): TandemError {
  const isTaken = error.code === 'EADDRINUSE'
  return new TandemError(isTaken ? `port ${port} is taken` : `can't listen: ${error.message}`, {
    code: isTaken ? 'PORT_TAKEN' : 'NOT_LISTENING',
    where: host,
    hint: isTaken ? 'is tandem serve running already? or give another --port' : 'see --host and --port',
    cause: error,
  })
}
