/** A rehearsal over HTTP: the practice exchange and live sessions as processes of their own, on a made-up market. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BundleContent, sealBundle } from '../../engine/promote/bundle.ts'
import { bundleText } from '../../engine/promote/bundle-file.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { builtMain, type Finished, type Folder } from '../cli/built.ts'
import { CONTENT, freshKey } from '../promote/samples.ts'
import { repositoryRoot } from '../support/shared.ts'

export const DAY_MS = 86_400_000
export const FROM_MS = Date.UTC(2024, 0, 1)

/** The run file: entries and exits at market, a stop that rests, the profile by equity, Kraken's own minimums. */
export function runFile(days: number): string {
  const to = new Date(FROM_MS + (days - 1) * DAY_MS).toISOString().slice(0, 10)
  return `name: rehearsal
strategy: { name: sma-cross, params: { fast: 3, slow: 8 } }
data: { venue: kraken, symbols: [BTC/USD], timeframe: 1h, from: 2024-01-01, to: ${to} }
account: { quote: USD, equity: 600, profile: auto }
venues: [kraken]
`
}

const SETTINGS = `limits:
  symbols: [BTC/USD]
  maxOrderNotional: 100000
  maxPosition: 100000
  maxGrossExposure: 100000
  maxLeverage: 1
  maxOpenOrders: 20
  maxOrdersPerMinute: 600
  maxOrdersPerDay: 200
  priceCollar: 0.1
  maxDailyLoss: 0.09
  minLiquidationDistance: 0.1
`

/** Puts market, run file and settings into a folder, runs the backtest, and writes a bundle of it. */
export async function prepare(folder: Folder, days: number): Promise<{ decisions: string; trust: string }> {
  const bars = String(days * 24)
  const series = ['--venue', 'kraken', '--symbol', 'BTC/USD', '--timeframe', '1h', '--start', '2024-01-01']
  expectOk(await folder.command('data', 'synth', '--model', 'gbm', '--seed', '5', '--bars', bars, ...series))
  folder.write('run.yaml', runFile(days))
  folder.write('settings.yaml', SETTINGS)
  const { stdout } = expectOk(await folder.command('backtest', 'run.yaml', '--no-report', '--json'))
  const summary = JSON.parse(stdout) as Record<string, string> & { digest: { decisions: string } }
  const { parse } = await import('yaml')
  const config = resolveConfig(parse(runFile(days)), 'run.yaml')
  const key = freshKey()
  const content: BundleContent = {
    ...CONTENT,
    name: 'rehearsal',
    runId: summary['runId']!,
    config: JSON.parse(JSON.stringify(config)),
    hashes: {
      config: summary['configHash']!,
      strategy: summary['strategyHash']!,
      data: summary['dataHash']!,
      rulebook: summary['rulebookHash']!,
      fees: '',
      decisions: summary.digest.decisions,
    },
    strategy: { name: 'sma-cross', source: null },
    origin: { fromMs: FROM_MS, toMs: FROM_MS + days * DAY_MS, bars: days * 24, indicators: [], strategyState: null },
    limits: { ...CONTENT.limits, maxDailyLoss: 0.1, maxOrdersPerDay: 1000 },
  }
  writeFileSync(join(folder.path, 'live.yaml'), bundleText(sealBundle(JSON.parse(JSON.stringify(content)), key)))
  return { decisions: summary.digest.decisions, trust: key.publicKey }
}

export function expectOk(finished: Finished): Finished {
  if (finished.code !== 0) throw new Error(`exit ${finished.code}: ${finished.stderr}`)
  return finished
}

export interface PracticeExchange {
  readonly url: string
  /** The session's environment: the key that trades. */
  readonly env: NodeJS.ProcessEnv
  export(): Promise<ExchangeExport>
  stop(): Promise<void>
}

export interface ExchangeExport {
  readonly trades: readonly Record<string, unknown>[]
  readonly orders: readonly Record<string, unknown>[]
}

/** `tandem exchange` on its standing clock. */
export async function openPractice(folder: Folder): Promise<PracticeExchange> {
  const words = ['exchange', '--symbol', 'BTC/USD', '--timeframe', '1h', '--speed', 'virtual', '--rate-limits', 'off']
  const child = start(folder, builtMain, [...words, '--balance', 'USD=600', '--port', '0', '--keys', 'keys.json'], {})
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    const look = (part: string): void => {
      text += part
      const found = /http:\/\/127\.0\.0\.1:\d+(?=\D)/.exec(text)
      if (found !== null) resolve(found[0])
    }
    child.stdout!.setEncoding('utf8').on('data', look)
    child.stderr!.setEncoding('utf8').on('data', look)
    child.on('exit', () => reject(new Error(`the exchange ended: ${text}`)))
  })
  const [key] = (JSON.parse(readFileSync(join(folder.path, 'keys.json'), 'utf8')) as { keys: KeyLine[] }).keys
  return {
    url,
    env: { TANDEM_KRAKEN_API_KEY: key!.key, TANDEM_KRAKEN_SECRET: key!.secret },
    export: async () => (await (await fetch(`${url}/tandem/export`)).json()) as ExchangeExport,
    stop: async () => {
      const ended = new Promise((resolve) => child.on('exit', resolve))
      child.kill('SIGKILL')
      await ended
    },
  }
}

interface KeyLine {
  readonly key: string
  readonly secret: string
}

/** A process of the built product; its state lies in the folder. */
export function start(folder: Folder, script: string, words: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [script, ...words], {
    cwd: folder.path,
    env: { ...process.env, TANDEM_STORE: 'store', XDG_STATE_HOME: join(folder.path, 'state'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** A process that takes longer than this hangs. */
const LIMIT_MS = 150_000

/** What became of a process. One that doesn't end in time is ended, and that is the failure, with what it said so far. */
export async function finished(child: ChildProcess): Promise<Finished & { readonly signal: string | null }> {
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', (part: string) => {
    stdout += part
  })
  child.stderr!.setEncoding('utf8').on('data', (part: string) => {
    stderr += part
  })
  return await new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      // Asked first, so that it can say what it waits for.
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), 2_000).unref()
      child.on('close', () => {
        const said = `${child.spawnargs.slice(1).join(' ')}\n${stderr.slice(-4000)}\n${stdout.slice(-1000)}`
        reject(new Error(`a process hung for ${LIMIT_MS / 1000} s: ${said}`))
      })
    }, LIMIT_MS)
    child.on('close', (code, signal) => {
      clearTimeout(late)
      resolve({ code, signal, stdout, stderr })
    })
  })
}

/** Words of a live session at a practice exchange. */
export function liveWords(url: string, trust: string, session: string): string[] {
  const where = ['--mode', 'live', '--url', url, '--virtual', '--settings', 'settings.yaml']
  return ['live', 'live.yaml', ...where, '--trust', trust, '--session', session, '--json']
}

export const repository = repositoryRoot
