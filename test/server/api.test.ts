/** Goal: what the documentation names is there, nothing else is, and the server answers on both of this machine's addresses. */

import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRunFolder } from '../support/run-folder.ts'
import { repositoryRoot } from '../support/shared.ts'
import { openBench, type TestBench } from '../support/workbench.ts'

let bench: TestBench
beforeAll(async () => {
  bench = await openBench()
  writeRunFolder(bench.runs, 'run-1', { name: 'one' })
})
afterAll(() => bench.close())

/** Routes of the server's sources. */
function routesInSource(): string[] {
  const files = [
    'server.ts',
    'runs/routes.ts',
    'jobs/routes.ts',
    'live/routes.ts',
    'live/venue-accounts.ts',
    'live/control.ts',
  ]
  const texts = files.map((file) => readFileSync(join(repositoryRoot, 'engine/server', file), 'utf8'))
  const found = texts.flatMap((text) => [...text.matchAll(/app\.(get|post|put|delete)\('\/api\/v1(\/[^']*)'/g)])
  return found.map(([, method, path]) => `${method!.toUpperCase()} ${path!.replace(/:\w+/g, 'NAME')}`).sort()
}

/** Routes of the tables in the documentation. */
function routesInDocs(): string[] {
  const text = readFileSync(join(repositoryRoot, 'docs/workbench.md'), 'utf8')
  const cells = [...text.matchAll(/^\| (`(?:GET|POST|PUT|DELETE) .*?) \|/gm)].map(([, cell]) => cell!)
  return cells
    .flatMap((cell) => {
      let method = ''
      return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => {
        const [first, second] = code!.split(' ')
        if (second !== undefined) method = first!
        const path = second ?? first!
        return `${method} ${path.replace(/\?.*/, '').replace(/\b(?:ID|SESSION)\b/g, 'NAME')}`
      })
    })
    .sort()
}

describe('the API', () => {
  it('is what the documentation says', () => {
    expect(routesInSource().length).toBeGreaterThan(20)
    expect(routesInDocs()).toEqual(routesInSource())
  })

  it('lists, finds and shows runs', async () => {
    // A look at the folders is at most a second old.
    await expect
      .poll(() => bench.json('GET', '/runs?search=one'))
      .toMatchObject({
        rows: [{ id: 'run-1' }],
        matched: 1,
        total: 1,
        strategies: ['sma-cross'],
        symbols: ['BTC/USD'],
      })
    const run = await bench.json<{ entry: unknown; config: string; reports: string[] }>('GET', '/runs/run-1')
    expect(run).toMatchObject({ entry: { name: 'one' }, reports: [], validation: null })
    // What was made since the last look is found by its name at once.
    writeRunFolder(bench.runs, 'run-2')
    expect(await bench.json('GET', '/runs/run-2')).toMatchObject({ entry: { id: 'run-2' } })
  })

  it('keeps a report in its cell', async () => {
    const { writeFileSync } = await import('node:fs')
    writeFileSync(
      join(bench.runs, 'run-1', 'report.html'),
      '<!doctype html>\n<html lang="en"><script>1</script></html>',
    )
    const { status, headers, text } = await bench.ask('GET', '/api/v1/runs/run-1/report?theme=dark')
    expect(status).toBe(200)
    expect(headers['content-security-policy']).toMatch(/^sandbox allow-scripts allow-downloads; default-src 'none'/)
    expect(headers['content-security-policy']).not.toContain('allow-same-origin')
    expect(headers['x-frame-options']).toBe('SAMEORIGIN')
    expect(text).toContain('<html lang="en" data-theme="dark">')
    expect((await bench.ask('GET', '/api/v1/runs/run-1/validation-report')).status).toBe(404)
  })

  it('keeps files of the project: only whole ones are written, and none is replaced by accident', async () => {
    const text = 'strategy: { name: sma-cross }\ndata: { venue: kraken, symbols: [BTC/USD], timeframe: 1h }\n'
    const put = (body: unknown) => bench.ask('PUT', '/api/v1/files/content', { body: JSON.stringify(body) })
    expect((await put({ path: 'a.yaml', text })).status).toBe(200)
    expect(JSON.parse((await put({ path: 'a.yaml', text })).text).error.code).toBe('FILE_EXISTS')
    expect((await put({ path: 'a.yaml', text: `${text}seed: 3\n`, replace: true })).status).toBe(200)
    expect(JSON.parse((await put({ path: 'b.yaml', text: `${text}sed: 3\n` })).text).error.hint).toContain(
      "did you mean 'seed'",
    )
    expect(await bench.json('GET', '/files')).toEqual({
      files: [{ path: 'a.yaml', kind: 'run', changedMs: expect.any(Number) }],
    })
    expect(await bench.json('GET', '/files/content?path=a.yaml')).toEqual({ path: 'a.yaml', text: `${text}seed: 3\n` })
    expect(await bench.json('POST', '/files/check', { path: 'x.yaml', text: 'targets: {}\n' })).toMatchObject({
      kind: 'rebalance',
      document: null,
      fault: expect.stringContaining('x.yaml'),
    })
  })

  it('a fault of ours is told without its insides', async () => {
    const own = await openBench()
    writeRunFolder(own.runs, 'run-1')
    await own.json('GET', '/runs')
    // A folder that can't be opened as one where a file should be.
    const { mkdirSync, rmSync } = await import('node:fs')
    rmSync(join(own.runs, 'run-1'), { recursive: true })
    mkdirSync(join(own.runs, 'run-1', 'sweep.json'), { recursive: true })
    const { status, text } = await own.ask('GET', '/api/v1/sweeps/run-1/trials')
    expect(status).toBeGreaterThanOrEqual(400)
    expect(text).not.toMatch(/at \w+ \(|node:internal|\.ts:/)
    await own.close()
  })
})

describe('addresses', () => {
  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))

  it.skipIf(!hasIpv6)('answers on ::1 as on 127.0.0.1', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: `[::1]:${bench.port}`, cookie: bench.cookie }
      const asked = request({ host: '::1', port: bench.port, path: '/api/v1/status', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      asked.on('error', reject)
      asked.end()
    })
    expect(status).toBe(200)
  })

  it('the port that is taken is named', async () => {
    await expect(
      openBench({ listen: { host: '127.0.0.1', port: bench.port, names: [], tls: null, password: null } }),
    ).rejects.toMatchObject({ code: 'PORT_TAKEN', message: `port ${bench.port} is taken` })
  })
})
