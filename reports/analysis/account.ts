/** What happened to the account: profiles, money moved, liquidations, and what each of several places came to. */

import type {
  AccountResult,
  DustPosition,
  LiquidationEvent,
  ProfileEvent,
  ProfileResult,
  RunResult,
  VenueResult,
} from '../../engine/core/result.ts'
import type { ProfileRule } from '../../engine/core/run-detail.ts'
import type { Dataset, Datasets } from '../dataset.ts'
import { formatMoney } from '../format.ts'
import { type Field, tabulate } from '../tabulate.ts'

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

/** One row a change of profile, with the boundary that equity crossed. */
export function profilesDataset({ profiles, quote }: RunResult, rule: ProfileRule | null): Dataset {
  const several = profiles.some(({ account }) => account !== undefined)
  const fields: Field<ProfileEvent>[] = [
    ['time', 'When (UTC)', 'time', (one) => one.timeMs],
    ['from', 'From', 'text', (one) => one.from ?? '–'],
    ['to', 'To', 'text', (one) => (one.belowRange ? `${one.to}, below its range` : one.to)],
    ['equity', `Total equity (${quote})`, 'money', (one) => one.equity],
    ['why', 'Why', 'text', (one) => profileWords(one, rule, quote)],
  ]
  const account: Field<ProfileEvent>[] = several ? [['account', 'Account', 'text', (one) => one.account ?? null]] : []
  return tabulate('Changes of the capital profile', profiles, [...fields, ...account])
}

function profileWords({ from, to, belowRange }: ProfileEvent, rule: ProfileRule | null, quote: string): string {
  if (rule === null) return from === null ? 'the first look at total equity' : 'total equity left the range'
  if (rule.pinned !== null) return 'the run file names it'
  const range = rule.ranges.find(({ name }) => name === to)
  const money = (value: number): string => `${formatMoney(value, quote)} ${quote}`
  if (range === undefined) return 'total equity left the range'
  const past = rule.hysteresis === 0 || from === null ? '' : `, passed by ${rule.hysteresis * 100} % of the boundary`
  if (belowRange) return `below ${money(range.from)}, where the lowest profile begins${past}`
  const upper = range.to === null ? 'or more' : `to below ${money(range.to)}`
  return `from ${money(range.from)} ${upper}${past}`
}

/** One row a profile: signals, and closed trades against what is promised of them. */
export function profileResultsDataset({ profileResults, quote }: RunResult): Dataset {
  return tabulate<ProfileResult>('Results by capital profile', profileResults, [
    [
      'profile',
      'Profile',
      'text',
      (one) => (one.account === undefined ? one.profile : `${one.account} ${one.profile}`),
    ],
    ['signals', 'Signals', 'count', (one) => one.signals],
    ['entries', 'Entries', 'count', (one) => one.entries],
    ['refused', 'Refused', 'count', (one) => sum(one.refusals)],
    ['trades', 'Closed trades', 'count', (one) => one.trades],
    ['winRate', 'Win rate', 'fraction', (one) => one.winRate],
    ['breakEven', 'Break-even at', 'fraction', (one) => one.breakEvenWinRate],
    ['payoff', 'Payoff', 'ratio', (one) => one.payoff],
    ['feeShare', 'Fees of gross profit', 'fraction', (one) => one.feeShareOfGross],
    ['net', `Net (${quote})`, 'money', (one) => one.net],
    ['promised', 'Promised', 'money', (one) => one.promisedNet],
  ])
}

/** One row a deposit or withdrawal. */
export function flowsDataset({ cashFlows, quote }: RunResult): Dataset {
  return tabulate<RunResult['cashFlows'][number]>('Money moved in and out', cashFlows, [
    ['time', 'When (UTC)', 'time', (one) => one.timeMs],
    ['amount', `Amount (${quote})`, 'money', (one) => one.amount],
  ])
}

/** One row a liquidation. */
export function liquidationsDataset({ margin, quote }: RunResult): Dataset {
  return tabulate<LiquidationEvent>('Liquidations', margin?.events ?? [], [
    ['time', 'Bar (UTC)', 'time', (one) => one.timeMs],
    ['symbol', 'Symbol', 'text', (one) => one.symbol],
    ['side', 'Position', 'text', (one) => `${one.side}${one.partial ? ', in part' : ''}`],
    ['where', 'Where', 'text', (one) => (one.intrabar ? 'inside the bar' : 'at its open')],
    ['quantity', 'Quantity', 'quantity', (one) => one.quantity],
    ['liquidationPrice', 'Mark', 'price', (one) => one.liquidationPrice],
    ['price', 'Closed at', 'price', (one) => one.price],
    ['fee', `Fee (${quote})`, 'money', (one) => one.fee],
  ])
}

/** Accounts, venues and dust: only those that the run has. */
export function placeDatasets({ accounts, venues, dust, quote }: RunResult): Datasets {
  return {
    ...(accounts.length === 0 ? {} : { accounts: accountsDataset(accounts, quote) }),
    ...(venues.length < 2 ? {} : { venues: venuesDataset(venues, quote) }),
    ...(dust.length === 0 ? {} : { dust: dustDataset(dust, quote) }),
  }
}

function accountsDataset(accounts: readonly AccountResult[], quote: string): Dataset {
  return tabulate<AccountResult>('Accounts', accounts, [
    ['account', 'Account', 'text', (one) => one.account],
    ['initialEquity', `From (${quote})`, 'money', (one) => one.initialEquity],
    ['finalEquity', 'To', 'money', (one) => one.finalEquity],
    ['trades', 'Closed trades', 'count', (one) => one.trades],
    ['fees', 'Fees', 'money', (one) => one.fees],
    ['refusals', 'Refusals', 'count', (one) => sum(one.skips)],
  ])
}

function venuesDataset(venues: readonly VenueResult[], quote: string): Dataset {
  return tabulate<VenueResult>('Venues', venues, [
    ['venue', 'Venue', 'text', (one) => one.venue],
    ['initialEquity', `From (${quote})`, 'money', (one) => one.initialEquity],
    ['finalEquity', 'To', 'money', (one) => one.finalEquity],
    ['routed', 'Entries routed', 'count', (one) => one.routed],
    ['trades', 'Closed trades', 'count', (one) => one.trades],
    ['fees', 'Fees', 'money', (one) => one.fees],
  ])
}

function dustDataset(dust: readonly DustPosition[], quote: string): Dataset {
  return tabulate<DustPosition>('Dust', dust, [
    ['symbol', 'Symbol', 'text', (one) => one.symbol],
    ['venue', 'Venue', 'text', (one) => one.venue],
    ['quantity', 'Held', 'quantity', (one) => one.quantity],
    ['value', `Worth (${quote})`, 'money', (one) => one.value],
    ['minimum', 'Least order', 'money', (one) => one.minimum],
    ['sellable', 'Can be sold', 'text', (one) => (one.sellable ? 'yes' : 'no')],
  ])
}
