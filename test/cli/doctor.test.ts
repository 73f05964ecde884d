/** Goal: the self-check sees what is broken and says what to do. Method: each thing broken on purpose. */

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DoctorReport } from '../../engine/run/doctor/doctor.ts'
import { checkSigningKey } from '../../engine/run/doctor/keys.ts'
import { checkFolder, checkMemory, checkNode, checkPackages } from '../../engine/run/doctor/machine.ts'
import { checkVenue } from '../../engine/run/doctor/venues.ts'
import { describeBuilt, synthWords, testFolder } from './built.ts'

/** A venue of our own that answers with a status and a time that is `aheadMs` of ours. */
async function venue(status: number, aheadMs: number): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { date: new Date(Date.now() + aheadMs).toUTCString() })
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('the self-check', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
    ['20.18.3', 'fault'],
    ['18.20.4', 'fault'],
  ])('judges Node %s: %s', (version, state) => {
    expect(checkNode(version).state).toBe(state)
  })

  it('finds the libraries as they are pinned', () => {
    expect(checkPackages()).toMatchObject([{ topic: 'packages', state: 'ok' }])
  })

  it('warns of little memory', () => {
    expect(checkMemory(2 ** 30)).toMatchObject({ state: 'note', hint: 'use few workers: --workers 1' })
  })

  it('sees a folder that cannot be written', async () => {
    const folder = testFolder()
    folder.write('file', '')
    expect(await checkFolder('store', join(folder.path, 'new', 'store'))).toMatchObject({ topic: 'store' })
    expect(await checkFolder('store', '/proc/nowhere')).toMatchObject({
      state: 'fault',
      hint: 'name another with --store',
    })
  })

  it('sees a key that others may read, and shows nothing of it', () => {
    const folder = testFolder()
    writeFileSync(join(folder.path, 'key.pem'), 'SECRET-CANARY', { mode: 0o644 })
    const found = checkSigningKey(join(folder.path, 'key.pem'))
    expect(found.state).toBe('fault')
    expect(JSON.stringify(found)).not.toContain('CANARY')
  })

  it('tells a clock that is off, a venue in maintenance, and one that is not there', async () => {
    const states = async (url: string) => (await checkVenue('kraken', url)).map(({ state }) => state)
    expect(await states(await venue(200, 0))).toEqual(['ok'])
    expect(await states(await venue(401, 0))).toEqual(['ok'])
    expect(await states(await venue(200, 60_000))).toEqual(['ok', 'fault'])
    expect(await states(await venue(200, -60_000))).toEqual(['ok', 'fault'])
    expect(await states(await venue(503, 0))).toEqual(['note'])
    const [gone] = await checkVenue('kraken', 'http://127.0.0.1:1')
    expect(gone).toMatchObject({ state: 'note', text: expect.stringContaining('not reached') })
  })
})

describeBuilt('tandem doctor', () => {
  it('finds nothing wrong with a fresh store, and names the damaged series', () => {
    const folder = testFolder()
    expect(folder.tandem(...synthWords('kraken', 'BTC/USD')).code).toBe(0)
    expect(folder.tandem(...synthWords('kraken', 'ETH/USD', 4)).code).toBe(0)
    const well = folder.tandem('doctor', '--offline', '--json')
    expect(well.code).toBe(0)
    expect(JSON.parse(well.stdout)).toMatchObject({ ok: true })
    const series = dirname(
      String(
        readdirSync(join(folder.path, 'store'), { recursive: true }).find((one) =>
          /BTC.*manifest\.json$/.test(String(one)),
        ),
      ),
    )
    for (const entry of readdirSync(join(folder.path, 'store', series), { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && entry.name !== 'manifest.json') writeFileSync(join(entry.parentPath, entry.name), 'x')
    }
    const broken = folder.tandem('doctor', '--offline', '--json')
    expect(broken.code).toBe(1)
    const { findings } = JSON.parse(broken.stdout) as DoctorReport
    expect(findings.filter(({ state }) => state === 'fault')).toMatchObject([
      { topic: 'data', text: expect.stringMatching(/^kraken BTC\/USD 1h: /), hint: 'import the series again' },
    ])
    expect(findings).toContainEqual(
      expect.objectContaining({ topic: 'data', state: 'ok', text: expect.stringContaining('1 series, 1500 candles') }),
    )
  })

  it('counts what interrupted writers have left, and refuses a venue it does not know', () => {
    const folder = testFolder()
    folder.tandem(...synthWords('kraken', 'BTC/USD'))
    mkdirSync(join(folder.path, 'store', 'x'))
    folder.write('store/x/candles.parquet.partial-1234', '')
    const ran = folder.tandem('doctor', '--offline')
    expect(ran.stdout).toContain('1 unfinished files of interrupted writers')
    const wrong = folder.tandem('doctor', '--venue', 'mtgox')
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain("'mtgox' is no venue that is known here")
  })
})
