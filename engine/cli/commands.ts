/** The one table of commands. Static and without imports that cost: `tandem --help` is made of it. */

import type { Command } from './command.ts'

export interface CommandEntry {
  /** One word or two: `backtest`, `data import`. */
  readonly name: string
  readonly summary: string
  /** What follows the name, for a human. */
  readonly usage: string
  readonly examples: readonly string[]
  readonly load: () => Promise<{ readonly command: Command }>
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'a synthetic market, a small account, a backtest and its report; needs no network',
    usage: '[--seed N] [--no-report]',
    examples: ['tandem demo'],
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'data import',
    summary: 'read a file of candles into the store',
    usage: 'PATH --venue V --symbol S --timeframe T [--format F]',
    examples: ['tandem data import XBTUSD_60.csv --venue kraken --symbol BTC/USD --timeframe 1h'],
    load: () => import('./commands/data-import.ts'),
  },
  {
    name: 'data list',
    summary: 'list the series in the store',
    usage: '',
    examples: ['tandem data list --json'],
    load: () => import('./commands/data-list.ts'),
  },
  {
    name: 'data synth',
    summary: 'make a synthetic market in the store, from a seed',
    usage: '--model gbm --seed N --bars N --venue V --symbol S --timeframe T',
    examples: ['tandem data synth --model gbm --seed 1 --bars 10000 --venue synthetic --symbol BTC/USD --timeframe 1h'],
    load: () => import('./commands/data-synth.ts'),
  },
  {
    name: 'backtest',
    summary: 'one run over history, from a run file',
    usage: 'CONFIG [--set path=value …] [--no-report] [--checked] [--out DIR]',
    examples: ['tandem backtest run.yaml', 'tandem backtest run.yaml --set account.equity=50 --json'],
    load: () => import('./commands/backtest.ts'),
  },
  {
    name: 'explain',
    summary: 'why a run traded at a time, and why not',
    usage: 'RUN --at TIME',
    examples: ['tandem explain runs/demo-0123456789 --at 2020-01-02T10:30'],
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'ladder',
    summary: 'one configuration at several account sizes',
    usage: 'CONFIG --equities 25,50,100 [--set path=value …]',
    examples: ['tandem ladder run.yaml --equities 25,50,100,250,1000'],
    load: () => import('./commands/ladder.ts'),
  },
  {
    name: 'scenario list',
    summary: 'list the scenarios that come with tandem: the rules at work',
    usage: '',
    examples: ['tandem scenario list'],
    load: () => import('./commands/scenario-list.ts'),
  },
  {
    name: 'scenario run',
    summary: 'play a scenario and tell what happens',
    usage: 'NAME|FILE | --all',
    examples: ['tandem scenario run micro-cap-promise', 'tandem scenario run --all'],
    load: () => import('./commands/scenario-run.ts'),
  },
  {
    name: 'rebalance',
    summary: 'target weights at one leverage: the plan, and what became of it at the simulated venue',
    usage: 'FILE [--dry-run]',
    examples: ['tandem rebalance rebalance.yaml --dry-run'],
    load: () => import('./commands/rebalance.ts'),
  },
  {
    name: 'strategies',
    summary: 'list the strategies that come with tandem, with their parameters',
    usage: '[NAME]',
    examples: ['tandem strategies', 'tandem strategies sma-cross'],
    load: () => import('./commands/strategies.ts'),
  },
  {
    name: 'init strategy',
    summary: 'write a strategy to start from, and its test, into the current folder',
    usage: 'NAME',
    examples: ['tandem init strategy my-breakout'],
    load: () => import('./commands/init-strategy.ts'),
  },
  {
    name: 'check',
    summary: "a strategy's types, look-ahead, determinism and speed",
    usage: 'FILE [--config RUN.yaml] [--set path=value …]',
    examples: ['tandem check my-breakout.ts', 'tandem check my-breakout.ts --config run.yaml --json'],
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'schema',
    summary: "print the run file's JSON Schema, for editors",
    usage: '',
    examples: ['tandem schema > tandem.schema.json'],
    load: () => import('./commands/schema.ts'),
  },
]

/** One line a command: name, usage, summary below each other in two columns. */
function commandLines(entries: readonly CommandEntry[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length)) + 2
  return entries.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}\n`).join('')
}

/** What `tandem --help` prints; with `group`, only the commands that begin with that word. */
export function overviewText(group?: string): string {
  const entries = group === undefined ? COMMANDS : COMMANDS.filter(({ name }) => name.startsWith(`${group} `))
  const examples = entries.flatMap((entry) => entry.examples.slice(0, 1)).map((line) => `  ${line}\n`)
  return `tandem${group === undefined ? '' : ` ${group}`} <command> [options]

Commands:
${commandLines(entries)}
Options of every command:
  --json       print one JSON document on standard output, and nothing else there
  --store DIR  where candles are kept (default: datasets/store, or TANDEM_STORE)
  --runs DIR   where runs are written (default: runs)
  --help       what a command does and its options
  --version    the version

Examples:
${examples.join('')}
Exit codes: 0 done, 1 the answer is no, 2 it could not be carried out.
`
}
