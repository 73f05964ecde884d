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
    summary: 'read candles, trades or funding from files into the store',
    usage: 'PATH [--venue V] [--symbol S] [--timeframe T] [--format F] [--dry-run]',
    examples: [
      'tandem data import XBTUSD_60.csv --venue kraken --symbol BTC/USD --timeframe 1h',
      'tandem data import Kraken_OHLCVT.zip --symbol BTC/USD',
      'tandem data import prices.csv --columns time,open,high,low,close,volume --dry-run --venue x --symbol A/B --timeframe 1d',
    ],
    load: () => import('./commands/data-import.ts'),
  },
  {
    name: 'data pull',
    summary: 'download candles from an exchange into the store; resumable',
    usage: '--venue V --symbol S --timeframe T [--from DAY] [--to DAY]',
    examples: ['tandem data pull --venue binance --symbol BTC/USDT --timeframe 1h --from 2024-01-01'],
    load: () => import('./commands/data-pull.ts'),
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
    summary: 'synthetic markets with known truth, from a seed or like a real one',
    usage: '--model M --seed N --bars N --venue V --symbol S --timeframe T | --like V:S …',
    examples: [
      'tandem data synth --model gbm --seed 1 --bars 10000 --venue synthetic --symbol BTC/USD --timeframe 1h',
      'tandem data synth --like kraken:BTC/USD --seed 1 --venue synthetic --symbol BTC/USD --timeframe 1h',
    ],
    load: () => import('./commands/data-synth.ts'),
  },
  {
    name: 'data check',
    summary: 'what is wrong with a file or a stored series; --fix mends what is safe',
    usage: '[FILE | VENUE:SYMBOL:TIMEFRAME] [--html PAGE] [--fix]',
    examples: ['tandem data check kraken:BTC/USD:1h', 'tandem data check prices.csv --venue kraken --symbol BTC/USD'],
    load: () => import('./commands/data-check.ts'),
  },
  {
    name: 'data resample',
    summary: 'a stored series with a coarser timeframe',
    usage: 'VENUE:SYMBOL:TIMEFRAME --timeframe T [--drop-partial] [--gaps carry]',
    examples: ['tandem data resample kraken:BTC/USD:1m --timeframe 1h'],
    load: () => import('./commands/data-resample.ts'),
  },
  {
    name: 'data export',
    summary: 'a stored series as CSV, Arrow or Parquet',
    usage: 'VENUE:SYMBOL:TIMEFRAME FILE [--from DATE] [--to DATE]',
    examples: ['tandem data export kraken:BTC/USD:1h btc.parquet --from 2020-01-01 --to 2020-12-31'],
    load: () => import('./commands/data-export.ts'),
  },
  {
    name: 'data sql',
    summary: 'ask the store in SQL: tables candles, funding, series',
    usage: '"SELECT …"',
    examples: ['tandem data sql "select symbol, count(*), max(high) from candles group by all"'],
    load: () => import('./commands/data-sql.ts'),
  },
  {
    name: 'backtest',
    summary: 'one run over history, from a run file; or a run again, from its folder',
    usage: 'CONFIG|RUN [--set path=value …] [--no-report] [--sensitivity auto|on|off] [--checked] [--out DIR]',
    examples: [
      'tandem backtest run.yaml',
      'tandem backtest run.yaml --set account.equity=50 --json',
      'tandem backtest runs/btc-sma-60b4cee59f',
    ],
    load: () => import('./commands/backtest.ts'),
  },
  {
    name: 'validate',
    summary: 'walk-forward, cross-validation, overfitting, stress and look-ahead: may it go live?',
    usage: 'CONFIG|RUN|SWEEP [--policy FILE] [--open-holdout] [--set path=value …]',
    examples: ['tandem validate run.yaml', 'tandem validate runs/btc-sma-0123456789 --json'],
    load: () => import('./commands/validate.ts'),
  },
  {
    name: 'promote',
    summary: 'a validated run as a signed bundle for live',
    usage: 'RUN --out FILE [--override gate="justification" --by NAME]',
    examples: ['tandem promote runs/btc-sma-0123456789 --out live.yaml'],
    load: () => import('./commands/promote.ts'),
  },
  {
    name: 'bundle',
    summary: 'check that a promotion bundle is exactly as it was signed',
    usage: 'FILE [--trust KEY]',
    examples: ['tandem bundle live.yaml'],
    load: () => import('./commands/bundle.ts'),
  },
  {
    name: 'live',
    summary: 'a promoted bundle trades: on paper, at a testnet, or for real',
    usage: 'FILE --mode paper|testnet|live [--replay [--from DAY] [--to DAY]] [--session NAME]',
    examples: ['tandem live live.yaml --mode paper --replay'],
    load: () => import('./commands/live.ts'),
  },
  {
    name: 'verify',
    summary: 'replay a session’s journal: are its decisions the same again?',
    usage: 'SESSION',
    examples: ['tandem verify btc-sma-paper-01234567 --json'],
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'compare',
    summary: 'finished runs side by side: configuration, metrics, equity, trades they share',
    usage: 'RUN RUN… [--out FILE]',
    examples: ['tandem compare runs/btc-sma-0123456789 runs/btc-sma-abcdef0123'],
    load: () => import('./commands/compare.ts'),
  },
  {
    name: 'report',
    summary: 'the page of a run, sweep, ladder, validation or live session, made again',
    usage: 'RUN|SWEEP|LADDER|SESSION [--best K] [--trial N] [--out FILE]',
    examples: ['tandem report runs/btc-sma-sweep-0123456789 --best 10', 'tandem report runs/btc-sma-0123456789'],
    load: () => import('./commands/report.ts'),
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
    usage: 'CONFIG --equities 25,50,100 [--out DIR] [--no-report] [--set path=value …]',
    examples: ['tandem ladder run.yaml --equities 25,50,100,250,1000'],
    load: () => import('./commands/ladder.ts'),
  },
  {
    name: 'cleanup',
    summary: "open orders cancelled, dust sold: live accounts, or a run file's in simulation",
    usage: '[CONFIG] [--account A] [--venue V] [--dry-run] [--set path=value …]',
    examples: ['tandem cleanup --dry-run', 'tandem cleanup run.yaml --dry-run'],
    load: () => import('./commands/cleanup.ts'),
  },
  {
    name: 'sweep',
    summary: 'many runs: the values of sweep: in a run file',
    usage:
      'CONFIG [--workers N] [--top N] [--out DIR] [--no-report] [--resume] [--plan] [--shard i/n] [--redis URL|--postgres URL --shared DIR] [--set path=value …]',
    examples: ['tandem sweep run.yaml', 'tandem sweep run.yaml --workers 4 --top 20 --json'],
    load: () => import('./commands/sweep.ts'),
  },
  {
    name: 'merge',
    summary: 'join the shards of a sweep',
    usage: 'CONFIG SHARD… [--out DIR] [--set path=value …]',
    examples: ['tandem merge run.yaml shard-1 shard-2 shard-3'],
    load: () => import('./commands/merge.ts'),
  },
  {
    name: 'trials',
    summary: "a sweep's results: the best, pivots, stability, SQL",
    usage: 'SWEEP [--top N] [--by COLUMN] [--least] [--pivot A,B] [--stability] [--sql QUERY]',
    examples: [
      'tandem trials runs/btc-sma-sweep-0123456789 --pivot fast,slow',
      'tandem trials runs/btc-sma-sweep-0123456789 --sql "select fast, avg(sharpe) from trials group by fast"',
    ],
    load: () => import('./commands/trials.ts'),
  },
  {
    name: 'worker',
    summary: 'run batches of sweeps that were started with --redis or --postgres',
    usage: '--redis URL|--postgres URL --shared DIR [--workers N]',
    examples: ['tandem worker --redis redis://localhost:6379 --shared /mnt/sweeps'],
    load: () => import('./commands/worker.ts'),
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
    name: 'accounts',
    summary: 'every configured account at a glance: balance, positions, margin, age, connected or not',
    usage: '[ACCOUNT] [--watch] [--accounts FILE]',
    examples: ['tandem accounts', 'tandem accounts alice --watch'],
    load: () => import('./commands/accounts.ts'),
  },
  {
    name: 'rebalance',
    summary: "target weights at one leverage: a live account's, or a described one's at the simulated venue",
    usage: 'FILE [--account A] [--dry-run]',
    examples: ['tandem rebalance rebalance.yaml --dry-run', 'tandem rebalance rebalance.yaml --account alice'],
    load: () => import('./commands/rebalance.ts'),
  },
  {
    name: 'parity',
    summary: 'a live session against the simulator: why their results differ, trade by trade',
    usage: 'SESSION [--out FILE] [--write-costs FILE]',
    examples: ['tandem parity btc-sma-live', 'tandem parity btc-sma-live --write-costs costs.yaml'],
    load: () => import('./commands/parity.ts'),
  },
  {
    name: 'exchange',
    summary: 'a practice exchange on this machine that speaks as Kraken does, over stored candles: for any bot',
    usage: '[--symbol S …] [--speed virtual|max|N] [--start TIME] [--port N] [--faults all|name=rate,…]',
    examples: [
      'tandem exchange --synthetic 7 --speed 60',
      'tandem exchange --symbol BTC/USD --timeframe 1m --start 2024-03-01 --speed 60 --balance USD=10000',
      'tandem exchange --symbol BTC/USD --speed virtual --faults all --fault-seed 7',
    ],
    load: () => import('./commands/exchange.ts'),
  },
  {
    name: 'stage',
    summary: 'the stage of a live session, and with --advance the next one',
    usage: 'SESSION [--advance]',
    examples: ['tandem stage btc-sma-live', 'tandem stage btc-sma-live --advance'],
    load: () => import('./commands/stage.ts'),
  },
  {
    name: 'halt',
    summary: 'live sessions take no new risk from now on; cancels and exits still go',
    usage: '[SESSION]',
    examples: ['tandem halt', 'tandem halt btc-sma-live'],
    load: () => import('./commands/halt.ts'),
  },
  {
    name: 'resume',
    summary: 'lift what a halt or a breaker of a live session left, once somebody has looked',
    usage: '[SESSION]',
    examples: ['tandem resume btc-sma-live'],
    load: () => import('./commands/resume.ts'),
  },
  {
    name: 'close',
    summary: "cancel what rests in a symbol and close a live session's position at market",
    usage: 'SYMBOL [--session NAME]',
    examples: ['tandem close BTC/USD'],
    load: () => import('./commands/close.ts'),
  },
  {
    name: 'keys add',
    summary: 'keep the secrets of a venue or an alert channel; they are never shown again',
    usage: 'NAME [--to keychain|file] [--fields apiKey,secret]',
    examples: ['tandem keys add kraken', 'tandem keys add telegram --to file'],
    load: () => import('./commands/keys-add.ts'),
  },
  {
    name: 'keys list',
    summary: 'names of kept keys, and where they are',
    usage: '',
    examples: ['tandem keys list'],
    load: () => import('./commands/keys-list.ts'),
  },
  {
    name: 'keys remove',
    summary: 'forget a key',
    usage: 'NAME',
    examples: ['tandem keys remove kraken'],
    load: () => import('./commands/keys-remove.ts'),
  },
  {
    name: 'minimums list',
    summary: "least orders that venues' refusals have taught",
    usage: '[--venue V] [--symbol S]',
    examples: ['tandem minimums list --venue kraken'],
    load: () => import('./commands/minimums-list.ts'),
  },
  {
    name: 'minimums reset',
    summary: 'forget them: of a pair, a venue, a symbol, or all',
    usage: '[--venue V] [--symbol S]',
    examples: ['tandem minimums reset --venue kraken --symbol SOL/USD'],
    load: () => import('./commands/minimums-reset.ts'),
  },
  {
    name: 'serve',
    summary: 'the workbench page: runs, sweeps, launching, comparing, validation, promotion, live sessions',
    usage: '[--port N] [--read-only] [--project DIR] [--host H --tls-cert FILE --tls-key FILE]',
    examples: ['tandem serve', 'tandem serve --read-only --port 8080'],
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'strategies',
    summary: 'list the strategies that come with tandem, with their parameters',
    usage: '[NAME]',
    examples: ['tandem strategies', 'tandem strategies sma-cross'],
    load: () => import('./commands/strategies.ts'),
  },
  {
    name: 'init',
    summary: 'a new project folder: run file, strategy and test, editor schema',
    usage: '[FOLDER] [--strategy NAME]',
    examples: ['tandem init my-project'],
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'init strategy',
    summary: 'write a strategy to start from, and its test, into the current folder',
    usage: 'NAME',
    examples: ['tandem init strategy my-breakout'],
    load: () => import('./commands/init-strategy.ts'),
  },
  {
    name: 'init key',
    summary: 'make the key that signs promotion bundles, or tell its public half',
    usage: '',
    examples: ['tandem init key'],
    load: () => import('./commands/init-key.ts'),
  },
  {
    name: 'check',
    summary: "a strategy's types, look-ahead, determinism and speed",
    usage: 'FILE [--config RUN.yaml] [--set path=value …]',
    examples: ['tandem check my-breakout.ts', 'tandem check my-breakout.ts --config run.yaml --json'],
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'doctor',
    summary: 'is everything here: Node, space, store, keys, venues, clock; what to do if not',
    usage: '[--offline] [--venue V …]',
    examples: ['tandem doctor', 'tandem doctor --offline --json'],
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'completion',
    summary: 'a script with which the shell completes commands and options',
    usage: '[bash|zsh|fish]',
    examples: ['tandem completion bash', 'tandem completion zsh'],
    load: () => import('./commands/completion.ts'),
  },
  {
    name: 'schema',
    summary: "print the run file's JSON Schema, or a promotion policy's, for editors",
    usage: '[--policy]',
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
  const entries =
    group === undefined ? COMMANDS : COMMANDS.filter(({ name }) => name === group || name.startsWith(`${group} `))
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
