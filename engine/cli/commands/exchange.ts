/** `tandem exchange`: the loopback exchange, until Ctrl-C. */

import { TandemError } from '../../core/errors.ts'
import { defineCommand } from '../command.ts'
import { formatTable, formatTimeMs } from '../output.ts'

export const command = defineCommand({
  positionals: '',
  positionalOptions: {},
  options: {
    symbol: {
      type: 'string',
      array: true,
      default: ['BTC/USD'],
      requiresArg: true,
      describe: 'markets: BTC/USD for spot, BTC/USD:USD for Kraken Futures; all of one currency',
    },
    timeframe: { type: 'string', default: '1h', requiresArg: true, describe: 'bars that are played' },
    venue: { type: 'string', default: 'kraken', requiresArg: true, describe: 'whose candles in the store' },
    from: { type: 'string', requiresArg: true, describe: 'first day of the candles' },
    to: { type: 'string', requiresArg: true, describe: 'last day of the candles' },
    start: {
      type: 'string',
      requiresArg: true,
      describe: 'when the exchange opens; candles before are history; now: it keeps the time of day',
    },
    csv: { type: 'string', requiresArg: true, describe: 'a file of candles in place of the store' },
    synthetic: { type: 'number', requiresArg: true, describe: 'a made-up market from this seed in place of the store' },
    bars: { type: 'number', default: 10_000, requiresArg: true, describe: 'bars of the made-up market' },
    balance: {
      type: 'string',
      array: true,
      default: ['USD=10000'],
      requiresArg: true,
      describe: "the account's money, such as USD=10000 BTC=0.5",
    },
    accounts: { type: 'string', requiresArg: true, describe: 'JSON file of more accounts: {"name": {"USD": "500"}}' },
    keys: {
      type: 'string',
      default: 'runs/exchange-keys.json',
      requiresArg: true,
      describe: 'file of API keys; written, for you alone, where it is not there',
    },
    port: { type: 'number', default: 8710, requiresArg: true, describe: 'on 127.0.0.1; 0 for any that is free' },
    speed: {
      type: 'string',
      default: '1',
      requiresArg: true,
      describe: 'times the wall clock; virtual: only POST /tandem/advance moves it; max: on when no request comes',
    },
    tier: {
      type: 'string',
      choices: ['starter', 'intermediate', 'pro'] as const,
      default: 'intermediate' as const,
      describe: 'of the rate limits',
    },
    'rate-limits': {
      type: 'string',
      choices: ['wall', 'exchange', 'off'] as const,
      default: 'wall' as const,
      describe: 'the clock by which the rate counters fall',
    },
    margin: { type: 'boolean', default: false, describe: 'spot can be leveraged' },
    fees: { type: 'string', default: 'schedule', requiresArg: true, describe: 'schedule, or MAKER,TAKER as fractions' },
    'no-minimums': { type: 'boolean', default: false, describe: 'no ticks, steps and least sizes' },
    'spread-bps': { type: 'number', default: 0, requiresArg: true, describe: 'full spread that takers pay half of' },
    'slippage-bps': { type: 'number', default: 0, requiresArg: true, describe: 'of every taker' },
    ambiguous: {
      type: 'string',
      choices: ['pessimistic', 'optimistic', 'path'] as const,
      default: 'pessimistic' as const,
      describe: 'what is assumed inside a bar',
    },
    participation: {
      type: 'number',
      default: 0,
      requiresArg: true,
      describe: "share of a bar's volume for us; 0: any",
    },
    seed: { type: 'number', default: 1, requiresArg: true, describe: 'of ids' },
    faults: {
      type: 'string',
      requiresArg: true,
      describe: 'what goes wrong: all, all=0.5, or name=rate,…; the names are in docs/exchange.md',
    },
    'fault-seed': { type: 'number', default: 1, requiresArg: true, describe: 'of the faults' },
    'late-ms': { type: 'number', default: 2000, requiresArg: true, describe: 'how late a late answer is at the most' },
    state: { type: 'string', requiresArg: true, describe: 'file to go on from, and to save to at the end' },
    export: { type: 'string', requiresArg: true, describe: 'file that gets every order and trade at the end' },
  },
  async run(args, output) {
    const { openExchange, saveExport, saveState } = await import('../../run/exchange/exchange.ts')
    const { readAccounts } = await import('../../run/exchange/accounts-file.ts')
    const stop = new AbortController()
    const end = (): void => stop.abort()
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
    const { store, venue, timeframe, from, to, start, csv, synthetic, bars, port, tier, margin, seed } = args
    const started = await openExchange(
      {
        ...{ store, venue, timeframe, bars, port, tier, margin, seed },
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(start === undefined ? {} : { start }),
        ...(csv === undefined ? {} : { csv }),
        ...(synthetic === undefined ? {} : { synthetic }),
        ...(args.accounts === undefined ? {} : { accounts: await readAccounts(args.accounts) }),
        symbols: args.symbol,
        balances: parseBalances(args.balance),
        keysFile: args.keys,
        speed: parseSpeed(args.speed),
        rateLimits: args['rate-limits'],
        fees: parseFees(args.fees),
        minimums: !args['no-minimums'],
        spreadBps: args['spread-bps'],
        slippageBps: args['slippage-bps'],
        ambiguous: args.ambiguous,
        participation: args.participation,
        ...(args.faults === undefined ? {} : { faults: args.faults }),
        faultSeed: args['fault-seed'],
        lateMs: args['late-ms'],
        ...(args.state === undefined ? {} : { state: args.state }),
        log: output.log,
      },
      () => output.log('the candles are over; orders rest, nothing fills any more'),
    )
    const { url, symbols, accounts, keysFile, startMs, endMs } = started
    output.result(
      { url, symbols, accounts, keysFile, startMs, endMs, pid: process.pid },
      () =>
        `${url} · ${symbols.join(', ')} from ${formatTimeMs(startMs)} to ${formatTimeMs(endMs)} · keys in ${keysFile}`,
    )
    if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
    if (args.export !== undefined) await saveExport(started, args.export)
    if (args.state !== undefined) await saveState(started, args.state)
    if (args.faults !== undefined) output.log(faultsText(started.exchange.faults.counts()))
    await started.close()
    return 0
  },
})

/** How often each fault fired, one a line. */
function faultsText(counts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(counts).map(([name, count]) => [name, count])
  return formatTable(['fault', 'fired'], rows).trimEnd()
}

function parseBalances(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const match = /^([A-Z0-9]+)=(\d+(?:\.\d+)?)$/.exec(text)
      if (match === null) {
        throw new TandemError(`'${text}' is no balance`, {
          code: 'USAGE',
          where: '--balance',
          hint: 'such as USD=10000',
        })
      }
      return [match[1]!, match[2]!]
    }),
  )
}

function parseSpeed(text: string): 'virtual' | 'max' | number {
  if (text === 'virtual' || text === 'max') return text
  const speed = Number(text)
  if (speed > 0 && Number.isFinite(speed)) return speed
  throw new TandemError(`'${text}' is no speed`, {
    code: 'USAGE',
    where: '--speed',
    hint: 'a number above 0, virtual or max',
  })
}

function parseFees(text: string): 'schedule' | { readonly maker: number; readonly taker: number } {
  if (text === 'schedule') return text
  const match = /^(-?[\d.]+),(-?[\d.]+)$/.exec(text)
  const [maker, taker] = [Number(match?.[1]), Number(match?.[2])]
  if (Math.abs(maker) < 1 && Math.abs(taker) < 1) return { maker, taker }
  throw new TandemError(`'${text}' are no fees`, {
    code: 'USAGE',
    where: '--fees',
    hint: 'schedule, or maker and taker as fractions: 0.0025,0.004',
  })
}
