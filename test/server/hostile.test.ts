/**
 * Goal: nothing but the page itself gets anything out of the workbench or into it. Method: a real server, requests sent as
 * an attacker would write them; each must be refused with the reason that is meant, leave no trace, and tell nothing.
 */

import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRunFolder } from '../support/run-folder.ts'
import { openBench, type TestBench } from '../support/workbench.ts'

let bench: TestBench
const SECRET = 'outside-of-the-project'
const RUN = 'name: a\nstrategy: { name: sma-cross }\ndata: { venue: kraken, symbols: [BTC/USD], timeframe: 1h }\n'

beforeAll(async () => {
  bench = await openBench()
  writeRunFolder(bench.runs, 'run-1')
  const outside = join(bench.folder, '..', `${SECRET}.yaml`)
  writeFileSync(outside, RUN)
  symlinkSync(outside, join(bench.folder, 'link.yaml'))
  mkdirSync(join(bench.folder, 'folder.yaml'))
  writeFileSync(join(bench.folder, 'run.yaml'), RUN)
})
afterAll(async () => {
  rmSync(join(bench.folder, '..', `${SECRET}.yaml`), { force: true })
  await bench.close()
})

/** A change that would be carried out if it came from the page. */
const WRITE = JSON.stringify({ path: 'new.yaml', text: RUN })

interface Case {
  readonly what: string
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: string
  readonly cookie?: string | null
  readonly status: number
  readonly code: string
}

const read = (what: string, rest: Partial<Case> & Pick<Case, 'status' | 'code'>): Case => ({
  what,
  path: '/api/v1/runs',
  ...rest,
})
const write = (what: string, rest: Partial<Case> & Pick<Case, 'status' | 'code'>): Case => ({
  what,
  method: 'PUT',
  path: '/api/v1/files/content',
  body: WRITE,
  ...rest,
})
const file = (path: string) => `/api/v1/files/content?path=${encodeURIComponent(path)}`

const CASES: readonly Case[] = [
  // Who asks.
  read('no cookie', { cookie: null, status: 401, code: 'SIGN_IN' }),
  read('an empty cookie', { cookie: '', status: 401, code: 'SIGN_IN' }),
  read('a guessed cookie', { cookie: `tandem=${'a'.repeat(43)}`, status: 401, code: 'SIGN_IN' }),
  read('a cookie of another server’s name', { cookie: 'tandem-1=x', status: 401, code: 'SIGN_IN' }),
  read('a stream without a cookie', { path: '/api/v1/events', cookie: null, status: 401, code: 'SIGN_IN' }),
  read('a report without a cookie', { path: '/api/v1/runs/run-1/report', cookie: null, status: 401, code: 'SIGN_IN' }),
  write('a change without a cookie', { cookie: null, status: 401, code: 'SIGN_IN' }),
  read('a made-up launch token', { path: `/open/${'A'.repeat(43)}`, cookie: null, status: 401, code: '' }),
  // By which name: rebinding.
  read('a foreign Host', { headers: { host: 'evil.example' }, status: 403, code: 'WRONG_HOST' }),
  read('a foreign Host with the right port', {
    headers: { host: 'evil.example:PORT' },
    status: 403,
    code: 'WRONG_HOST',
  }),
  read('the right Host without the port', { headers: { host: '127.0.0.1' }, status: 403, code: 'WRONG_HOST' }),
  read('another loopback address', { headers: { host: '127.0.0.2:PORT' }, status: 403, code: 'WRONG_HOST' }),
  read('a name that ends in localhost', { headers: { host: 'evil.localhost:PORT' }, status: 403, code: 'WRONG_HOST' }),
  read('a Host with a user in it', { headers: { host: 'x@127.0.0.1:PORT' }, status: 403, code: 'WRONG_HOST' }),
  read('the address as one number', { headers: { host: '2130706433:PORT' }, status: 403, code: 'WRONG_HOST' }),
  // From where.
  read('a read from a foreign page', {
    headers: { origin: 'https://evil.example' },
    status: 403,
    code: 'WRONG_ORIGIN',
  }),
  read('a read from another port', { headers: { origin: 'http://127.0.0.1:1' }, status: 403, code: 'WRONG_ORIGIN' }),
  read('a read from nowhere', { headers: { origin: 'null' }, status: 403, code: 'WRONG_ORIGIN' }),
  read('a script of a foreign page', {
    headers: { 'sec-fetch-site': 'cross-site' },
    status: 403,
    code: 'WRONG_ORIGIN',
  }),
  read('a page of another port', { headers: { 'sec-fetch-site': 'same-site' }, status: 403, code: 'WRONG_ORIGIN' }),
  write('a change without Origin', { headers: { origin: undefined }, status: 403, code: 'WRONG_ORIGIN' }),
  write('a change from a foreign page', {
    headers: { origin: 'http://evil.example' },
    status: 403,
    code: 'WRONG_ORIGIN',
  }),
  write('a change from https for http', {
    headers: { origin: 'https://127.0.0.1:PORT' },
    status: 403,
    code: 'WRONG_ORIGIN',
  }),
  write('a change from localhost to 127.0.0.1', {
    headers: { origin: 'http://localhost:PORT' },
    status: 403,
    code: 'WRONG_ORIGIN',
  }),
  write('a change that was typed', { headers: { 'sec-fetch-site': 'none' }, status: 403, code: 'WRONG_ORIGIN' }),
  write('a sandboxed frame', {
    headers: { origin: 'null', 'sec-fetch-site': 'cross-site' },
    status: 403,
    code: 'WRONG_ORIGIN',
  }),
  // How: forms can't say JSON, and a preflight finds no permission.
  write('a form', {
    method: 'POST',
    path: '/api/v1/jobs',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=b',
    status: 415,
    code: 'JSON_ONLY',
  }),
  write('a form with JSON in it', { headers: { 'content-type': 'text/plain' }, status: 415, code: 'JSON_ONLY' }),
  write('a form with files', {
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    status: 415,
    code: 'JSON_ONLY',
  }),
  write('no content type', { headers: { 'content-type': undefined }, status: 415, code: 'JSON_ONLY' }),
  write('another character set', {
    headers: { 'content-type': 'application/json; charset=utf-16' },
    status: 415,
    code: 'JSON_ONLY',
  }),
  write('an encoded body', { headers: { 'content-encoding': 'gzip' }, status: 415, code: 'JSON_ONLY' }),
  read('a preflight', {
    method: 'OPTIONS',
    path: '/api/v1/jobs',
    headers: { origin: 'http://evil.example' },
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
  }),
  read('TRACE', { method: 'TRACE', status: 405, code: 'METHOD_NOT_ALLOWED' }),
  read('PATCH', { method: 'PATCH', status: 405, code: 'METHOD_NOT_ALLOWED' }),
  read('a body where none belongs', { body: '{}', status: 400, code: 'UNEXPECTED_BODY' }),
  read('a websocket', {
    path: '/api/v1/events',
    headers: { upgrade: 'websocket', connection: 'Upgrade' },
    status: 400,
    code: 'NO_UPGRADE',
  }),
  // How much, and what.
  write('a body larger than any', { body: `"${'x'.repeat(300_000)}"`, status: 413, code: 'BODY_TOO_LARGE' }),
  write('no JSON', { body: '{path:', status: 400, code: 'BAD_REQUEST' }),
  write('another shape', { body: '[1,2]', status: 400, code: 'BAD_REQUEST' }),
  write('unknown keys', { body: '{"path":"a.yaml","text":"","mode":511}', status: 400, code: 'BAD_REQUEST' }),
  write('a key of every object', {
    body: '{"__proto__":{"path":"a.yaml"},"text":""}',
    status: 400,
    code: 'BAD_REQUEST',
  }),
  read('a page of negative length', { path: '/api/v1/runs?limit=-1', status: 400, code: 'BAD_REQUEST' }),
  read('all of it at once', { path: '/api/v1/runs?limit=999999', status: 400, code: 'BAD_REQUEST' }),
  read('an order by something else', { path: '/api/v1/runs?sort=constructor', status: 400, code: 'BAD_REQUEST' }),
  read('a path without end', { path: `/api/v1/runs/${'a'.repeat(3000)}`, status: 414, code: 'URL_TOO_LONG' }),
  // Where: paths that lead elsewhere.
  read('up and out', { path: '/api/v1/runs/../../../etc/passwd', status: 400, code: 'BAD_PATH' }),
  read('up and out, encoded', { path: '/api/v1/runs/%2e%2e%2f%2e%2e/etc', status: 400, code: 'BAD_PATH' }),
  read('up and out, encoded twice', { path: '/api/v1/runs/%252e%252e%252fetc', status: 400, code: 'BAD_PATH' }),
  read('a backslash', { path: '/api/v1/runs/..%5c..%5cetc', status: 400, code: 'BAD_PATH' }),
  read('a zero byte', { path: '/api/v1/runs/run-1%00.html', status: 400, code: 'BAD_PATH' }),
  read('broken encoding', { path: '/api/v1/runs/%zz', status: 400, code: 'BAD_PATH' }),
  read('two slashes', { path: '//evil.example/', status: 400, code: 'BAD_PATH' }),
  read('an asset outside', { path: `/assets/${'0'.repeat(16)}/..%2fserver.js`, status: 400, code: 'BAD_PATH' }),
  read('a source of the server', { path: `/assets/${'0'.repeat(16)}/server.js`, status: 404, code: 'NOT_FOUND' }),
  read('a run that is a folder above', { path: '/api/v1/runs/..', status: 400, code: 'BAD_PATH' }),
  read('a hidden folder of the runs', { path: '/api/v1/runs/.tandem', status: 404, code: 'NO_RUN' }),
  read('a file outside the project', { path: file(`../${SECRET}.yaml`), status: 400, code: 'BAD_FILE_NAME' }),
  read('an absolute file', { path: file('/etc/hosts.yaml'), status: 400, code: 'BAD_FILE_NAME' }),
  read('another kind of file', { path: file('run.yaml/../../x.pem'), status: 400, code: 'BAD_FILE_NAME' }),
  read('a link that leads out', { path: file('link.yaml'), status: 400, code: 'BAD_FILE_NAME' }),
  read('a hidden file', { path: file('.env.yaml'), status: 400, code: 'BAD_FILE_NAME' }),
  read('a folder', { path: file('folder.yaml'), status: 404, code: 'NO_FILE' }),
  read('a run’s own files', { path: file('runs/run-1/config.yaml'), status: 400, code: 'BAD_FILE_NAME' }),
  write('writing outside', {
    body: JSON.stringify({ path: '../new.yaml', text: RUN }),
    status: 400,
    code: 'BAD_FILE_NAME',
  }),
  write('writing a program', {
    body: JSON.stringify({ path: 'new.ts', text: RUN }),
    status: 400,
    code: 'BAD_FILE_NAME',
  }),
  write('writing through a link', {
    body: JSON.stringify({ path: 'link.yaml', text: RUN, replace: true }),
    status: 400,
    code: 'NOT_WRITABLE',
  }),
  write('writing what is no run file', {
    body: JSON.stringify({ path: 'new.yaml', text: '<script>' }),
    status: 400,
    code: 'BAD_CONFIG',
  }),
  // What: orders without a second confirmation, options in values, strategies from elsewhere.
  write('a promotion without confirmation', {
    method: 'POST',
    path: '/api/v1/jobs',
    body: JSON.stringify({ job: { kind: 'promote', run: 'run-1', out: 'live.yaml' } }),
    status: 428,
    code: 'NOT_CONFIRMED',
  }),
  write('a promotion with a made-up one', {
    method: 'POST',
    path: '/api/v1/jobs',
    body: JSON.stringify({ job: { kind: 'promote', run: 'run-1', out: 'live.yaml' }, confirmation: 'x' }),
    status: 428,
    code: 'NOT_CONFIRMED',
  }),
  write('a rebalancing without confirmation', {
    method: 'POST',
    path: '/api/v1/jobs',
    body: JSON.stringify({ job: { kind: 'rebalance', document: {} } }),
    status: 428,
    code: 'NOT_CONFIRMED',
  }),
  write('an option as a file', {
    method: 'POST',
    path: '/api/v1/jobs',
    body: JSON.stringify({ job: { kind: 'backtest', file: '--runs=x.yaml' } }),
    status: 400,
    code: 'BAD_FILE_NAME',
  }),
  write('a command that isn’t offered', {
    method: 'POST',
    path: '/api/v1/jobs',
    body: JSON.stringify({ job: { kind: 'data pull', file: 'run.yaml' } }),
    status: 400,
    code: 'BAD_REQUEST',
  }),
  write('a strategy from elsewhere', {
    method: 'POST',
    path: '/api/v1/jobs',
    body: JSON.stringify({ job: { kind: 'backtest', file: 'run.yaml', set: ['strategy={file: ../../evil.ts}'] } }),
    status: 400,
    code: 'STRATEGY_OUTSIDE',
  }),
  write('a bundle outside the project', {
    method: 'POST',
    path: '/api/v1/confirmations',
    body: JSON.stringify({ job: { kind: 'promote', run: 'run-1', out: '../live.yaml' } }),
    status: 400,
    code: 'BAD_FILE_NAME',
  }),
]

describe('hostile requests', () => {
  it('are at least forty', () => expect(CASES.length).toBeGreaterThanOrEqual(40))

  it.each(CASES)('$what: refused', async ({ method = 'GET', path = '/', headers = {}, body, cookie, status, code }) => {
    const real = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value?.replace('PORT', String(bench.port))]),
    )
    const before = readdirSync(bench.folder).sort()
    const answer = await bench.ask(method, path, {
      headers: real,
      ...(body === undefined ? {} : { body }),
      ...(cookie === undefined ? {} : { cookie }),
    })
    expect([answer.status, method === 'HEAD' || code === '' ? '' : codeOf(answer.text)]).toEqual([status, code])
    // No permission for anybody else, nothing to be framed or guessed, no cookie for the asking.
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(answer.text).not.toContain('sma-cross')
    expect(readdirSync(bench.folder).sort()).toEqual(before)
  })

  it('malformed on the wire: closed without an answer that tells anything', async () => {
    const host = `Host: 127.0.0.1:${bench.port}\r\n`
    const wires = [
      'GET / HTTP/1.1\r\n\r\n',
      `GET / HTTP/1.1\r\n${host}${host}Cookie: ${bench.cookie}\r\nConnection: close\r\n\r\n`,
      `GET http://evil.example/ HTTP/1.1\r\n${host}Cookie: ${bench.cookie}\r\nConnection: close\r\n\r\n`,
      `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n`,
      `POST /api/v1/jobs HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
      `GET /\u0000 HTTP/1.1\r\n${host}\r\n`,
      `GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(20_000)}\r\n\r\n`,
      'not http at all\r\n\r\n',
    ]
    for (const wire of wires) {
      const back = await bench.raw(wire)
      expect(
        back === '' || /^HTTP\/1\.1 (?:400|403|431)/.test(back),
        `${wire.slice(0, 60)} → ${back.slice(0, 80)}`,
      ).toBe(true)
      expect(back).not.toContain('<main')
    }
  })

  it('a chunked body that doesn’t end is cut off at the limit', async () => {
    const chunk = `${(60_000).toString(16)}\r\n${'x'.repeat(60_000)}\r\n`
    const head = [
      'PUT /api/v1/files/content HTTP/1.1',
      `Host: 127.0.0.1:${bench.port}`,
      `Origin: ${bench.origin}`,
      `Cookie: ${bench.cookie}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      'Connection: close',
    ]
    const back = await bench.raw(`${head.join('\r\n')}\r\n\r\n${chunk.repeat(6)}0\r\n\r\n`)
    expect(back).toContain('BODY_TOO_LARGE')
  })

  it('a launch address works once, and its cookie is kept from scripts and other sites', async () => {
    const path = new URL(bench.workbench.launchUrl()!).pathname
    const first = await bench.ask('GET', path, { cookie: null })
    expect(first.status).toBe(200)
    expect(String(first.headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
    const second = await bench.ask('GET', path, { cookie: null })
    expect([second.status, second.headers['set-cookie']]).toEqual([401, undefined])
  })

  it('tokens can’t be tried out', async () => {
    const own = await openBench()
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) {
      const { status } = await own.ask('POST', '/api/v1/session', { cookie: null, body: `{"secret":"guess-${i}"}` })
      statuses.push(status)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
    // Whoever is in stays in.
    expect((await own.ask('GET', '/api/v1/status')).status).toBe(200)
    await own.close()
  })

  it('read-only: nothing changes, everything can be looked at', async () => {
    const own = await openBench({ readOnly: true })
    writeRunFolder(own.runs, 'run-1')
    for (const [method, path, body] of [
      ['PUT', '/api/v1/files/content', WRITE],
      ['POST', '/api/v1/jobs', JSON.stringify({ job: { kind: 'backtest', file: 'run.yaml' } })],
      ['POST', '/api/v1/confirmations', JSON.stringify({ job: { kind: 'rebalance', document: {} } })],
      ['DELETE', '/api/v1/jobs/0123456789abcdef', undefined],
    ] as const) {
      const { status, text } = await own.ask(method, path, body === undefined ? {} : { body })
      expect([status, codeOf(text)]).toEqual([403, 'READ_ONLY'])
    }
    expect((await own.ask('GET', '/api/v1/runs')).status).toBe(200)
    expect(existsSync(join(own.runs, '.tandem'))).toBe(false)
    await own.close()
  })
})

function codeOf(text: string): string {
  try {
    return (JSON.parse(text) as { error: { code: string } }).error.code
  } catch {
    return text.slice(0, 80)
  }
}
