/**
 * One page of each kind, made by the command line as its user would: `npm run gallery [-- FOLDER]`, by default into
 * runs/gallery, with an index page. All data is synthetic, from seeds, so that the gallery is the same in every clone.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { dispatch } from '../../engine/cli/dispatch.ts'
import { services } from '../../engine/cli/services.ts'
import { html } from '../../reports/html.ts'
import { renderStaticPage } from '../../reports/static-page.ts'

const folder = process.argv[2] ?? join('runs', 'gallery')
const store = join(folder, 'store')

/** Runs a command and returns what it prints as JSON. Exit code 1, "the answer is no", is an answer, too. */
async function tandem(...words: string[]): Promise<Record<string, never> & { files: Record<string, string> }> {
  let out = ''
  const stdout = { write: (text: string) => (out += text) }
  const surroundings = { stdout, stderr: process.stderr, services }
  process.stderr.write(`tandem ${words.join(' ')}\n`)
  const code = await dispatch([...words, '--store', store, '--runs', folder, '--json'], surroundings)
  if (code === 2) throw new Error(`tandem ${words[0]} could not be carried out`)
  return JSON.parse(out) as Awaited<ReturnType<typeof tandem>>
}

const SERIES = [
  ['regime', '7', '20000', 'BTC/USD'],
  ['outage', '2', '20000', 'ETH/USD'],
  ['garch', '3', '12000', 'SOL/USD'],
  ['jumps', '4', '16000', 'XRP/USD'],
] as const

const RUN = `name: trend
strategy: { name: donchian-breakout, params: { entry: 60, exit: 30 } }
data: { venue: kraken, symbols: [BTC/USD], timeframe: 1h }
account: { equity: 10000, profile: none }
sizing: { mode: percent, fraction: 0.95 }
costs: { fees: { maker: 0.0002, taker: 0.0005 }, slippageBps: 1 }
rules: { emergencyLoss: off }
`
const SWEEP = `${RUN}sweep:
  space: { entry: { from: 20, to: 200, step: 20 }, exit: [10, 20, 30, 50, 80, 120], sizing.fraction: [0.3, 0.6, 0.95] }
  where: exit < entry
  objective: [sharpe, { minimize: turnoverPerYear }]
  constraints: maxDrawdown > -0.7
`
const SMALL = `name: small-account
strategy: { name: bollinger-reversion }
data: { venue: kraken, symbols: [BTC/USD], timeframe: 1h }
account: { equity: 50, profile: auto }
costs: { fees: schedule }
`

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

interface Entry {
  readonly title: string
  readonly words: string
  readonly page: string
}

async function makePages(): Promise<Entry[]> {
  for (const [model, seed, bars, symbol] of SERIES) {
    const of = ['--model', model, '--seed', seed, '--bars', bars]
    await tandem('data', 'synth', ...of, '--venue', 'kraken', '--symbol', symbol, '--timeframe', '1h')
  }
  const run = write('run.yaml', RUN)
  const first = await tandem('backtest', run)
  const second = await tandem('backtest', run, '--set', 'strategy.params.entry=120')
  const [a, b] = [first, second].map(({ runId }) => join(folder, String(runId))) as [string, string]
  const compared = await tandem('compare', a, b, '--out', join(folder, 'compare.html'))
  const sweep = join(folder, 'sweep')
  await tandem('sweep', write('sweep.yaml', SWEEP), '--out', sweep)
  const swept = await tandem('report', sweep, '--best', '3')
  const validated = await tandem('validate', sweep)
  const sizes = '10,15,25,50,100,250,1000,10000'
  const ladder = await tandem(
    'ladder',
    write('small.yaml', SMALL),
    '--equities',
    sizes,
    '--out',
    join(folder, 'ladder'),
  )
  const quality = await tandem('data', 'check', '--html', join(folder, 'data.html'))
  const one = await tandem('data', 'check', 'kraken:ETH/USD:1h', '--html', join(folder, 'data-eth.html'))
  return [
    {
      title: 'Run',
      words: 'One backtest: equity, trades, costs, refusals, assumptions.',
      page: first.files['report']!,
    },
    {
      title: 'Sweep',
      words: 'Many configurations: heat maps, plateau, luck, overfitting; the best lead to their runs.',
      page: swept.files['report']!,
    },
    {
      title: 'Validation',
      words: 'Gates, walk-forward, cross-validation: may it go live?',
      page: validated.files['validation.html']!,
    },
    {
      title: 'Ladder',
      words: 'One configuration from 10 to 10,000 USD: what being small costs.',
      page: ladder.files['report']!,
    },
    { title: 'Comparison', words: 'Two runs side by side.', page: String(compared['page']) },
    { title: 'Data quality of a store', words: 'Every series on one axis of time.', page: quality.files['report']! },
    {
      title: 'Data quality of a series',
      words: 'Day by day: present, missing, suspicious.',
      page: one.files['report']!,
    },
  ]
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const entries = await makePages()
const rows = entries.map(
  ({ title, words, page }) =>
    html`<tr><th scope="row"><a href="${relative(folder, page).replaceAll('\\', '/')}">${title}</a></th><td>${words}</td></tr>`,
)
const body = html`<header class="masthead"><div><p class="kind">Gallery</p><h1>One page of each kind</h1><p class="about soft">Made on synthetic markets, from seeds: what they look like, not what to trade.</p></div></header>
<section class="panel"><table><thead><tr><th scope="col">Page</th><th scope="col">What it shows</th></tr></thead><tbody>${rows}</tbody></table></section>
`
process.stdout.write(`${write('index.html', renderStaticPage('tandem – gallery', body))}\n`)
