/** A workbench in this process over folders of its own, and requests to it exactly as they are written. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorkbench, type Workbench, type WorkbenchOptions } from '../../engine/server/server.ts'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface TestBench {
  readonly folder: string
  readonly runs: string
  readonly workbench: Workbench
  readonly port: number
  readonly origin: string
  /** What the log of the server said. */
  readonly logged: readonly string[]
  cookie: string
  /** A request as the page would send it; headers given here replace or, where undefined, remove. */
  ask(method: string, path: string, options?: Asking): Promise<Answered>
  json<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Bytes as they are, over a socket. Resolves to what came back, whatever it is. */
  raw(text: string): Promise<string>
  close(): Promise<void>
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: string
  readonly cookie?: string | null
}

/** A script that a job can be started with where the test needs none. */
const NO_SCRIPT = join(tmpdir(), 'absent.js')

export async function openBench(options: Partial<WorkbenchOptions> = {}): Promise<TestBench> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'))
  const runs = join(folder, 'runs')
  mkdirSync(runs)
  const logged: string[] = []
  const workbench = await startWorkbench({
    listen: { host: '127.0.0.1', port: 0, names: [], tls: null, password: null },
    runs,
    store: join(folder, 'store'),
    project: folder,
    readOnly: false,
    script: NO_SCRIPT,
    log: (line) => logged.push(line),
    ...options,
  })
  const { port, origin } = workbench
  const bench: TestBench = {
    folder,
    runs,
    workbench,
    port,
    origin,
    logged,
    cookie: '',
    ask: (method, path, asking = {}) => send(bench, method, path, asking),
    async json<T>(method: string, path: string, body?: unknown): Promise<T> {
      const asking = body === undefined ? {} : { body: JSON.stringify(body) }
      const { text } = await send(bench, method, `/api/v1${path}`, asking)
      return JSON.parse(text) as T
    },
    raw: (text) => rawSend(port, text),
    async close() {
      await workbench.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  const launch = workbench.launchUrl()
  if (launch !== null) {
    const { headers } = await send(bench, 'GET', new URL(launch).pathname, { cookie: null })
    bench.cookie = String(headers['set-cookie']).split(';')[0]!
  }
  return bench
}

function send(bench: TestBench, method: string, path: string, { headers, body, cookie }: Asking): Promise<Answered> {
  const changes = method !== 'GET' && method !== 'HEAD'
  const all: Record<string, string | undefined> = {
    host: `127.0.0.1:${bench.port}`,
    ...(changes ? { origin: bench.origin, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' } : {}),
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...(cookie === null ? {} : { cookie: cookie ?? bench.cookie }),
    ...headers,
  }
  const given = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined)
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port: bench.port,
      method,
      path,
      headers: Object.fromEntries(given),
      setHost: false,
      agent: false,
    })
    asked.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      response.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

function rawSend(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let back = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('utf8').on('data', (part: string) => {
      back += part
    })
    socket.on('error', () => resolve(back))
    socket.on('close', () => resolve(back))
    socket.setTimeout(60_000, () => socket.destroy())
  })
}
