/** Reachable from elsewhere: TLS, a password, and only by its name. The certificate is made by openssl, where there is one. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startWorkbench } from '../../engine/server/server.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const PASSWORD = 'correct horse battery'

describe.skipIf(!hasOpenssl)(hasOpenssl ? 'TLS' : 'TLS [skipped: no openssl]', () => {
  it('answers to its name over TLS alone, and lets in who knows the password', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-tls-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
    const made = spawnSync('openssl', [
      'req',
      '-x509',
      ...curve,
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=bench.test',
    ])
    expect(made.status).toBe(0)
    const workbench = await startWorkbench({
      listen: { host: '0.0.0.0', port: 0, names: ['bench.test'], tls: { cert, key }, password: PASSWORD },
      runs: join(folder, 'runs'),
      store: join(folder, 'store'),
      project: folder,
      readOnly: true,
      script: '',
      log: () => undefined,
    })
    onTestFinished(() => workbench.close())
    const { port } = workbench
    expect([workbench.origin, workbench.launchUrl()]).toEqual([`https://bench.test:${port}`, null])

    const ask = (path: string, headers: Record<string, string>, body?: string) =>
      new Promise<{ status: number; cookie: string }>((resolve, reject) => {
        const method = body === undefined ? 'GET' : 'POST'
        const asked = request(
          { host: '127.0.0.1', port, path, method, headers, rejectUnauthorized: false },
          (response) => {
            response.resume()
            resolve({ status: response.statusCode!, cookie: String(response.headers['set-cookie'] ?? '') })
          },
        )
        asked.on('error', reject)
        asked.end(body)
      })
    const host = `bench.test:${port}`
    expect((await ask('/', { host })).status).toBe(401)
    expect((await ask('/api/v1/status', { host: `127.0.0.1:${port}` })).status).toBe(403)
    const signIn = (secret: string, origin = `https://${host}`) =>
      ask('/api/v1/session', { host, origin, 'content-type': 'application/json' }, JSON.stringify({ secret }))
    expect((await signIn('wrong horse battery')).status).toBe(401)
    expect((await signIn(PASSWORD, `http://${host}`)).status).toBe(403)
    const { status, cookie } = await signIn(PASSWORD)
    expect(status).toBe(200)
    expect(cookie).toMatch(/^__Host-tandem=.*; HttpOnly; SameSite=Strict; Path=\/; Secure$/)
    expect((await ask('/api/v1/status', { host, cookie: cookie.split(';')[0]! })).status).toBe(200)

    const plain = await new Promise<string>((resolve) => {
      let back = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`))
      socket.on('data', (part) => {
        back += part.toString('latin1')
      })
      socket.on('close', () => resolve(back))
      socket.on('error', () => resolve(back))
    })
    expect(plain).not.toContain('HTTP/1.1 200')
    expect(plain).not.toContain('tandem')
  })
})
