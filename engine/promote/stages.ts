/**
 * The stages of a promoted configuration as a pure state machine: paper, testnet where the venue has one, a canary with
 * little money, full. What happened goes in, the new state and what must be done come out. A session that leaves its
 * bands is demoted; a bundle can be replaced or rolled back, and what becomes of an open position is always chosen.
 */

import type { Departure } from './bands.ts'
import type { Policy } from './policy.ts'

export const STAGES = ['paper', 'testnet', 'canary', 'full'] as const
export type Stage = (typeof STAGES)[number]

/**
 * What becomes of an open position when another bundle takes over. `adopt`: the new one goes on with it as its own, with
 * its stop and target as they rest at the venue. `close`: it is closed at market first, and the new one starts flat.
 * `run-off`: the old one keeps it until it exits; the new one enters only after that.
 */
export const POSITION_CHOICES = ['adopt', 'close', 'run-off'] as const
export type PositionChoice = (typeof POSITION_CHOICES)[number]

export interface StageState {
  readonly stage: Stage
  readonly bundle: string
  /** Bundles that were in force before, newest last: where a rollback goes. */
  readonly earlier: readonly string[]
  /** When the stage began, and what it has seen since. */
  readonly sinceMs: number
  readonly closedTrades: number
  /** The bundle whose position still runs off; entries wait for it. */
  readonly runningOff: string | null
  /** Entries are stopped until an operator resumes, with the reason. */
  readonly halted: string | null
}

export interface StageRules {
  readonly stages: Policy['stages']
  readonly limits: Policy['limits']
  /** Whether the venue has a testnet; without one that stage is passed over. */
  readonly hasTestnet: boolean
}

export type StageEvent =
  /** A stretch was judged: trades closed in it, where it left the bands, drawdown since the stage began (≤ 0). */
  | {
      readonly kind: 'observed'
      readonly atMs: number
      readonly closedTrades: number
      readonly departures: readonly Departure[]
      readonly drawdown: number
      readonly worstDayReturn: number
    }
  | { readonly kind: 'advance'; readonly atMs: number; readonly parity: boolean | null }
  | {
      readonly kind: 'replace' | 'rollback'
      readonly atMs: number
      /** The new bundle; a rollback names none. */
      readonly bundle?: string
      readonly openPosition: boolean
      readonly choice?: PositionChoice
      /** A replacement that was promoted with gates passed may keep its stage, else it starts on paper. */
      readonly keepStage?: boolean
    }
  | { readonly kind: 'flat'; readonly atMs: number }
  | { readonly kind: 'resume'; readonly atMs: number }

/** What the live session must do, in order. */
export type StageAction =
  | { readonly kind: 'close-position'; readonly why: string }
  | { readonly kind: 'stop-entries'; readonly why: string }
  | { readonly kind: 'load-bundle'; readonly bundle: string; readonly adopt: boolean }
  | { readonly kind: 'cap-capital'; readonly fraction: number }
  | { readonly kind: 'tell'; readonly text: string }

export interface StageStep {
  readonly state: StageState
  readonly actions: readonly StageAction[]
  /** Why nothing was done; null where something was. */
  readonly refusal: string | null
}

const DAY_MS = 86_400_000

/** A bundle's first state: on paper. */
export function firstStage(bundle: string, atMs: number): StageState {
  return {
    stage: 'paper',
    bundle,
    earlier: [],
    sinceMs: atMs,
    closedTrades: 0,
    runningOff: null,
    halted: null,
  }
}

/** One event's consequence. */
export function stageStep(state: StageState, event: StageEvent, rules: StageRules): StageStep {
  switch (event.kind) {
    case 'observed':
      return observed(state, event, rules)
    case 'advance':
      return advance(state, event, rules)
    case 'replace':
    case 'rollback':
      return change(state, event, rules)
    case 'flat':
      return flat(state)
    case 'resume':
      return state.halted === null
        ? refuse(state, 'it is not halted')
        : { state: { ...state, halted: null }, actions: [{ kind: 'tell', text: 'entries resume' }], refusal: null }
  }
}

function refuse(state: StageState, refusal: string): StageStep {
  return { state, actions: [], refusal }
}

function observed(state: StageState, event: Extract<StageEvent, { kind: 'observed' }>, rules: StageRules): StageStep {
  const counted = { ...state, closedTrades: state.closedTrades + event.closedTrades }
  const limit = brokenLimit(event, rules.limits)
  if (limit !== null) return halted(counted, limit, event.atMs)
  const [first] = event.departures
  if (first === undefined) return { state: counted, actions: [], refusal: null }
  const why = departureText(first)
  if (state.stage === 'paper') return halted(counted, why, event.atMs)
  const stage = below(state.stage, rules)
  const next = { ...counted, stage, sinceMs: event.atMs, closedTrades: 0 }
  const actions: StageAction[] = [{ kind: 'tell', text: `demoted from ${state.stage} to ${stage}: ${why}` }]
  // Real money goes, real positions don't stay behind without it.
  if (realMoney(state.stage) && !realMoney(stage)) actions.push({ kind: 'close-position', why })
  actions.push({ kind: 'cap-capital', fraction: rules.stages[stage].capitalFraction })
  return { state: next, actions, refusal: null }
}

function realMoney(stage: Stage): boolean {
  return stage === 'canary' || stage === 'full'
}

function halted(state: StageState, why: string, atMs: number): StageStep {
  if (state.halted !== null) return { state, actions: [], refusal: null }
  const next = { ...state, stage: 'paper' as const, halted: why, sinceMs: atMs, closedTrades: 0 }
  const actions: StageAction[] = [
    { kind: 'stop-entries', why },
    ...(realMoney(state.stage) ? [{ kind: 'close-position' as const, why }] : []),
    { kind: 'cap-capital', fraction: 0 },
    { kind: 'tell', text: `halted in ${state.stage}: ${why}` },
  ]
  return { state: next, actions, refusal: null }
}

function brokenLimit(
  { drawdown, worstDayReturn }: Extract<StageEvent, { kind: 'observed' }>,
  { maxDrawdown, maxDailyLoss }: StageRules['limits'],
): string | null {
  if (-drawdown > maxDrawdown) return `drawdown ${percent(drawdown)} beyond the limit of ${percent(maxDrawdown)}`
  if (-worstDayReturn > maxDailyLoss) return `a day's loss ${percent(worstDayReturn)} beyond ${percent(maxDailyLoss)}`
  return null
}

function departureText({ what, value, low, high }: Departure): string {
  return `${what} ${Number(value.toPrecision(4))} left its band ${low ?? '-∞'} … ${high ?? '∞'}`
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`
}

/** The stages of this venue, in order. */
function ladder({ hasTestnet }: StageRules): readonly Stage[] {
  return STAGES.filter((stage) => stage !== 'testnet' || hasTestnet)
}

function below(stage: Stage, rules: StageRules): Stage {
  const stages = ladder(rules)
  return stages[Math.max(0, stages.indexOf(stage) - 1)]!
}

function advance(state: StageState, event: Extract<StageEvent, { kind: 'advance' }>, rules: StageRules): StageStep {
  const stages = ladder(rules)
  const next = stages[stages.indexOf(state.stage) + 1]
  if (state.halted !== null) return refuse(state, `halted: ${state.halted}`)
  if (state.runningOff !== null) return refuse(state, 'a position of the earlier bundle still runs off')
  if (next === undefined) return refuse(state, 'there is no stage after full')
  const { minDays, minTrades } = rules.stages[state.stage]
  const days = (event.atMs - state.sinceMs) / DAY_MS
  if (days < minDays) return refuse(state, `${state.stage} lasts ${minDays} days at least, so far ${days.toFixed(1)}`)
  if (state.closedTrades < minTrades) {
    return refuse(state, `${state.stage} needs ${minTrades} closed trades, so far ${state.closedTrades}`)
  }
  if (event.parity !== true) {
    const why = event.parity === null ? 'was not checked' : 'failed'
    return refuse(state, `the parity of ${state.stage} and backtest ${why}`)
  }
  return {
    state: { ...state, stage: next, sinceMs: event.atMs, closedTrades: 0 },
    actions: [
      { kind: 'tell', text: `from ${state.stage} to ${next}` },
      { kind: 'cap-capital', fraction: rules.stages[next].capitalFraction },
    ],
    refusal: null,
  }
}

function change(
  state: StageState,
  event: Extract<StageEvent, { kind: 'replace' | 'rollback' }>,
  rules: StageRules,
): StageStep {
  const back = event.kind === 'rollback'
  const bundle = back ? state.earlier.at(-1) : event.bundle
  if (bundle === undefined) return refuse(state, back ? 'there is no earlier bundle' : 'no bundle is named')
  if (bundle === state.bundle) return refuse(state, 'this bundle is in force already')
  if (state.runningOff !== null) return refuse(state, 'a position of the earlier bundle still runs off')
  if (event.openPosition && event.choice === undefined) {
    return refuse(state, `a position is open: choose ${POSITION_CHOICES.join(', ')}`)
  }
  const choice = event.openPosition ? event.choice! : 'close'
  // A bundle that was in force at this stage goes back to it; an unknown one begins on paper.
  const stage = back || event.keepStage === true ? state.stage : 'paper'
  const leaving = realMoney(state.stage) && !realMoney(stage)
  if (event.openPosition && leaving && choice !== 'close') {
    return refuse(state, `the new bundle starts on paper: a position with real money can only be closed, not ${choice}`)
  }
  const runsOff = event.openPosition && choice === 'run-off'
  const next: StageState = {
    ...state,
    stage,
    bundle,
    earlier: back ? state.earlier.slice(0, -1) : [...state.earlier, state.bundle],
    sinceMs: event.atMs,
    closedTrades: 0,
    runningOff: runsOff ? state.bundle : null,
  }
  const actions: StageAction[] = []
  if (event.openPosition && choice === 'close') {
    actions.push({ kind: 'close-position', why: `${event.kind}: the new bundle starts flat` })
  }
  if (runsOff) actions.push({ kind: 'stop-entries', why: `the position of ${state.bundle} runs off` })
  else actions.push({ kind: 'load-bundle', bundle, adopt: event.openPosition && choice === 'adopt' })
  actions.push({ kind: 'cap-capital', fraction: rules.stages[stage].capitalFraction })
  actions.push({
    kind: 'tell',
    text: `${event.kind}: ${state.bundle} → ${bundle}${event.openPosition ? `, position: ${choice}` : ''}`,
  })
  return { state: next, actions, refusal: null }
}

/** The position of the earlier bundle is gone: now the new one starts. */
function flat(state: StageState): StageStep {
  if (state.runningOff === null) return { state, actions: [], refusal: null }
  return {
    state: { ...state, runningOff: null },
    actions: [
      { kind: 'load-bundle', bundle: state.bundle, adopt: false },
      { kind: 'tell', text: `the position of ${state.runningOff} has run off` },
    ],
    refusal: null,
  }
}
