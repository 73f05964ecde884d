/** `tandem explain`: why a run did what it did at a time, or nothing, in the words of the scenarios. */

import { TandemError } from '../core/errors.ts'
import { parseDateMs } from './config/date.ts'
import { fromRecords } from './explain/records.ts'
import { type Bar, type Rerun, rerun, type Standing } from './explain/rerun.ts'
import { instrumentsOf, type RunFolder, readRunFolder } from './explain/run-folder.ts'
import { type Line, linesText, type Narrator, narrate, orderWords } from './narrate/narrate.ts'
import type { Happening } from './narrate/watcher.ts'
import { moneyNumber, spanText, timeText } from './narrate/words.ts'
import { rulesOf } from './rules.ts'
import { loadTerms } from './terms.ts'

export interface ExplainOptions {
  readonly run: string
  /** Date or timestamp, UTC. */
  readonly at: string
  readonly store: string
  /** What `strategy.file` is relative to. */
  readonly baseFolder: string
}

export interface Explanation {
  readonly runId: string
  readonly atMs: number
  /** `rerun`: from the run done again, proven the same. `records`: from what the run recorded. */
  readonly source: 'rerun' | 'records'
  /** Why it isn't told from a re-run; null where it is. */
  readonly without: string | null
  readonly bars: readonly Bar[]
  readonly account: Pick<Standing, 'equity' | 'positions'> | null
  /** When the last decision at or before the time was taken; null before the first. */
  readonly decidedMs: number | null
  readonly lines: readonly Line[]
  /** Everything as text, ready to be printed. */
  readonly text: readonly string[]
}

/** Explains a run at a time. Throws `NO_RUN` or `BAD_TIME`. */
export async function explainRun(options: ExplainOptions): Promise<Explanation> {
  const run = await readRunFolder(options.run)
  const untilMs = timeOf(options.at)
  const again = await tryRerun(run, options, untilMs)
  return typeof again === 'string' ? await byRecords(run, untilMs, again) : byRerun(run, untilMs, again)
}

function timeOf(text: string): number {
  const [day, clock] = text.trim().split(/[ T]/) as [string, string?]
  const ms = parseDateMs(clock === undefined ? day : `${day}T${clock}`)
  if (ms !== null) return ms
  throw new TandemError(`'${text}' is not a time`, {
    code: 'BAD_TIME',
    where: '--at',
    hint: 'write YYYY-MM-DD or YYYY-MM-DDTHH:MM, UTC',
  })
}

/** The re-run, or why there is none that could be trusted. */
async function tryRerun(run: RunFolder, options: ExplainOptions, untilMs: number): Promise<Rerun | string> {
  try {
    const again = await rerun(run, { ...options, untilMs })
    return again.same
      ? again
      : 'done again, the run comes out differently: its data, its strategy or tandem has changed'
  } catch (error) {
    if (error instanceof TandemError) return `the run can't be done again: ${error.line}`
    throw error
  }
}

function byRerun(run: RunFolder, untilMs: number, again: Rerun): Explanation {
  const { bars, standing, happenings, instruments } = again
  const narrator = { instruments, quote: run.config.account.quote }
  const head = [
    `${run.runId} at ${timeText(untilMs)}, from the run done again: its digests are the same`,
    ...bars.map(barText),
    ...(standing === null ? [] : standingTexts(standing, narrator)),
  ]
  const quiet = silence(decidedAt(happenings), bars[0]?.closeMs ?? null, standing)
  const account = standing === null ? null : { equity: standing.equity, positions: standing.positions }
  return explanation(run, untilMs, happenings, narrator, { source: 'rerun', without: null, bars, account }, head, quiet)
}

async function byRecords(run: RunFolder, untilMs: number, without: string): Promise<Explanation> {
  const instruments = instrumentsOf(run)
  if (instruments === null) {
    throw new TandemError(`${without}, and its records have no units`, {
      code: 'NO_UNITS',
      where: run.runId,
      hint: 'run the backtest again',
    })
  }
  const rules = rulesOf(run.config, await loadTerms(run.config))
  const { happenings, repeated } = fromRecords(run.decisions, run.outcomes, rules, untilMs)
  const narrator = { instruments, quote: run.config.account.quote }
  const head = [`${run.runId} at ${timeText(untilMs)}, from its records alone: ${without}`]
  const tail =
    repeated === null
      ? []
      : [`the same refusal came ${repeated.count} times in a row, until ${timeText(repeated.lastMs)}`]
  const facts = { source: 'records', without, bars: [], account: null } as const
  return explanation(run, untilMs, happenings, narrator, facts, head, tail)
}

function explanation(
  { runId }: RunFolder,
  atMs: number,
  happenings: readonly Happening[],
  narrator: Narrator,
  facts: Pick<Explanation, 'source' | 'without' | 'bars' | 'account'>,
  head: readonly string[],
  tail: readonly string[],
): Explanation {
  const lines = narrate(happenings, narrator)
  const decidedMs = decidedAt(happenings)
  const said =
    decidedMs === null
      ? ['nothing had been decided by then: the strategy had given no signal, and no rule had to act']
      : [
          `the last decision was taken at ${timeText(decidedMs)}${decidedMs === atMs ? '' : `, ${spanText(atMs - decidedMs)} before`}:`,
        ]
  const text = [...head, ...said, ...linesText(lines).map((line) => `  ${line}`), ...tail]
  return { runId, atMs, ...facts, decidedMs, lines, text }
}

function decidedAt(happenings: readonly Happening[]): number | null {
  return happenings.find(({ kind }) => kind !== 'fact' && kind !== 'profile')?.atMs ?? null
}

function barText({ symbol, openMs, closeMs, open, high, low, close }: Bar): string {
  return `bar ${timeText(openMs)} to ${timeText(closeMs).slice(11)} of ${symbol}: open ${open}, high ${high}, low ${low}, close ${close}`
}

function standingTexts({ equity, positions, live }: Standing, { instruments, quote }: Narrator): string[] {
  const held = positions.map(({ symbol, quantity, entryPrice }) => `${quantity} ${symbol} from ${entryPrice}`)
  const orders = live.map((order) => `order ${order.id}: ${orderWords(order, instruments[order.instrument]!, quote)}`)
  return [
    `at its close total equity was ${moneyNumber(Number(equity.toFixed(6)))} ${quote}, ${held.length === 0 ? 'flat' : `holding ${held.join(', ')}`}`,
    ...orders.map((text) => `  at the venue or on its way: ${text}`),
  ]
}

/** Why the bar itself has no decision. */
function silence(decidedMs: number | null, closeMs: number | null, standing: Standing | null): string[] {
  if (closeMs === null) return ['no bar had closed by then']
  if (decidedMs === null || decidedMs >= closeMs) return []
  const waits = standing !== null && standing.positions.length > 0 ? 'it held its position' : 'it stayed flat'
  return [`at the close of the bar itself the strategy said nothing, and no rule had to act: ${waits}`]
}
