/**
 * Goal: accounts, cleanup and rebalance work on an account at an exchange, through the real client over HTTP. Method:
 * the practice exchange in a process of its own, the commands as a user types them.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtMain, describeBuilt, type Folder, newFolder } from './built.ts'

describeBuilt('accounts at an exchange', () => {
  let folder: Folder
  let exchange: ChildProcess
  let environment: NodeJS.ProcessEnv

  const tandem = (...words: string[]) => {
    const ran = spawnSync(process.execPath, [builtMain, ...words], {
      cwd: folder.path,
      encoding: 'utf8',
      env: environment,
    })
    return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr }
  }

  beforeAll(async () => {
    folder = newFolder()
    const words = [
      'exchange',
      '--symbol',
      'BTC/USD',
      'ETH/USD',
      '--synthetic',
      '7',
      '--bars',
      '20000',
      '--timeframe',
      '1m',
      '--speed',
      '60',
    ]
    const options = ['--port', '0', '--balance', 'USD=1000', 'BTC=0.000001', 'ETH=1', '--rate-limits', 'off', '--json']
    exchange = spawn(process.execPath, [builtMain, ...words, ...options], {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const text = await new Promise<string>((resolve, reject) => {
      let out = ''
      exchange.stdout!.on('data', (part) => {
        out += part
        if (out.trimEnd().endsWith('}')) resolve(out)
      })
      exchange.on('exit', (code) => reject(new Error(`the exchange ended with ${code}`)))
    })
    const { url, keysFile } = JSON.parse(text) as { url: string; keysFile: string }
    const { keys } = JSON.parse(readFileSync(join(folder.path, keysFile), 'utf8')) as {
      keys: { name: string; key: string; secret: string }[]
    }
    const { key, secret } = keys.find(({ name }) => name === 'main-trade')!
    environment = {
      ...process.env,
      TANDEM_LOOP_API_KEY: key,
      TANDEM_LOOP_SECRET: secret,
      XDG_STATE_HOME: folder.path,
      TANDEM_KEYS: join(folder.path, 'keys.json'),
    }
    folder.write(
      'accounts.yaml',
      `accounts:
  - { user: alice, venue: kraken, key: loop, symbols: [BTC/USD, ETH/USD, AUT/USD], url: '${url}' }
  - { user: bob, venue: kraken, key: loop, url: 'http://127.0.0.1:1' }
`,
    )
  })
  afterAll(() => {
    exchange?.kill('SIGKILL')
    folder?.remove()
  })

  it('shows the one that answers and the one that does not, and no secret', () => {
    const ran = tandem('accounts', '--json')
    expect(ran.code).toBe(1)
    const [alice, bob] = JSON.parse(ran.stdout)
    expect(alice).toMatchObject({ account: 'alice@kraken', connected: true, figures: { available: 1000 } })
    expect(alice.figures.totalEquity).toBeCloseTo(alice.figures.available + alice.figures.locked, 6)
    expect(bob).toMatchObject({ connected: false, figures: null })
    expect(ran.stdout + ran.stderr).not.toContain(environment['TANDEM_LOOP_SECRET'])
  })

  it('rebalances after a dry run that sends nothing, and the second time has nothing large left to do', () => {
    folder.write('weights.yaml', 'account: alice\nleverage: 1\ntotal: max\ntargets: { BTC/USD: 0.3, ETH/USD: 0.3 }\n')
    const dry = JSON.parse(tandem('rebalance', 'weights.yaml', '--dry-run', '--json').stdout)
    expect(dry).toMatchObject({ dryRun: true, journal: null })
    expect(dry.steps.length).toBeGreaterThan(0)
    const ran = tandem('rebalance', 'weights.yaml', '--json')
    const report = JSON.parse(ran.stdout)
    expect([ran.code, report.status, report.why]).toEqual([0, 'done', null])
    expect(readFileSync(join(folder.path, report.journal), 'utf8')).toContain('"kind":"SEND"')
    const again = JSON.parse(tandem('rebalance', 'weights.yaml', '--dry-run', '--json').stdout)
    const moved = again.steps.reduce((sum: number, { value }: { value: number }) => sum + value, 0)
    expect(moved).toBeLessThan(0.1 * again.accountValue.before)
  })

  it('cleans up: names the dust, purges what is not listed, and has nothing to do the second time', () => {
    const [first] = JSON.parse(tandem('cleanup', '--account', 'alice', '--json').stdout)
    expect(first.result.purged).toEqual(['AUT/USD'])
    const ran = tandem('cleanup', '--account', 'alice', '--json')
    expect([ran.code, JSON.parse(ran.stdout)[0].steps]).toEqual([0, 0])
  })

  it('says in one line that a venue cannot be reached, and that an account is not known', () => {
    const gone = tandem('cleanup', '--account', 'bob')
    expect([gone.code, gone.stderr.trim().split('\n')]).toEqual([
      2,
      [expect.stringMatching(/^tandem: bob@kraken: .*reached/)],
    ])
    expect(tandem('rebalance', 'weights.yaml', '--account', 'carol').stderr).toContain("there is no account 'carol'")
  })
})
