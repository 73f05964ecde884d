/**
 * A rebalancing of a live account (RULES G): the plan that the simulated venue is given, driven by what the real one
 * answers. Printed before it is carried out; every order journaled before it is sent.
 */

import { type Dec, decToNumber, Rounding, toDec } from '../../core/dec.ts'
import { TandemError } from '../../core/errors.ts'
import { notional } from '../../core/instrument.ts'
import { pause } from '../../live/environment.ts'
import { ExchangeError } from '../../live/exchange.ts'
import { rateUnits } from '../../market/rates.ts'
import { carriedBy, type RebalanceRequest, type RebalanceTarget, rebalanceScale } from '../../rules/rebalance.ts'
import { type RebalanceCommand, type RebalanceFact, RebalancePlan } from '../../rules/rebalance-plan.ts'
import type { VenueAccount } from './accounts-file.ts'
import { type AccountLook, lookAt } from './look.ts'
import { instrumentOf } from './money.ts'
import type { OpenedAccount } from './open.ts'
import { beginOperation, type OperationJournal } from './operation-journal.ts'
import type { RebalanceWishes } from './rebalance-file.ts'
import {
  type AccountRebalance,
  LEVERAGE_WARNING,
  numberOf,
  type PlannedTrade,
  previewReport,
  type RebalancePreview,
  resultReport,
} from './rebalance-report.ts'
import { OperationSender } from './sender.ts'

export interface RebalanceParts extends Pick<OpenedAccount, 'exchange' | 'environment' | 'timeScale'> {
  readonly account: VenueAccount
  readonly runs: string
  readonly wishes: RebalanceWishes
}

/** Plans and sends nothing. Throws `BAD_WEIGHTS`, `BAD_LEVERAGE`, `NO_PRICE`, `NO_ACCOUNT_VALUE`, an ExchangeError. */
export async function previewRebalance(parts: RebalanceParts): Promise<AccountRebalance> {
  const request = requestOf(parts, await lookFor(parts))
  return previewReport(previewOf(parts, request), request)
}

/** Carries it out. Throws as `previewRebalance`, and `OPEN_ORDERS`, before anything is sent, and never after. */
export async function rebalanceAccount(
  parts: RebalanceParts,
  onPreview: (preview: RebalancePreview) => void,
): Promise<AccountRebalance> {
  const { account, environment, runs, wishes } = parts
  const look = await lookFor(parts)
  refuseOpenOrders(account, look)
  const request = requestOf(parts, look)
  const preview = previewOf(parts, request)
  onPreview(preview)
  const plan = new RebalancePlan(request, { settleMs: wishes.settleMs, reserve: rateUnits(wishes.reserve) })
  const journal = beginOperation(runs, 'rebalance', account.id, look.atMs)
  journal.commit('INTENT', { op: 'plan', preview, wishes })
  try {
    const sender = new OperationSender({ ...parts, journal, account: account.id })
    const driver = new Driver(parts, request, sender, journal)
    while (!plan.done) {
      const waitMs = plan.dueMs - environment.nowMs()
      if (waitMs > 0 && waitMs !== Number.POSITIVE_INFINITY) await pause(environment, waitMs)
      // One after the other: a nonce at a time, and an order's margin is known before the next is sent.
      for (const command of plan.next(environment.nowMs())) plan.onFact(await driver.answer(command))
    }
    const result = plan.result!
    const after = await lookFor(parts).catch(() => null)
    const report = resultReport(preview, result, request, after, driver, journal.path)
    journal.note('RECONCILE', report)
    return report
  } finally {
    journal.close()
  }
}

function lookFor({ account, exchange, environment, wishes }: RebalanceParts): Promise<AccountLook> {
  return lookAt(account, exchange, environment.nowMs(), Object.keys(wishes.targets))
}

/** What fills while the plan is under way would make its weights wrong. */
function refuseOpenOrders({ id }: VenueAccount, { openOrders }: AccountLook): void {
  if (openOrders.length === 0) return
  const symbols = [...new Set(openOrders.map(({ symbol }) => symbol))].sort().join(', ')
  throw new TandemError(`orders are open in ${symbols}`, {
    code: 'OPEN_ORDERS',
    where: id,
    hint: 'wait for them, or cancel them: tandem cleanup',
  })
}

/** What is held and what is wanted, each symbol once, at the prices of now. */
function requestOf({ account, wishes }: RebalanceParts, look: AccountLook): RebalanceRequest {
  const wanted = look.holdings.filter(
    ({ instrument, quantity, position }) =>
      (wishes.targets[instrument.symbol] ?? 0) !== 0 ||
      (quantity !== 0 && (position !== null || instrument.kind === 'spot')),
  )
  const targets = wanted.map((holding, id): RebalanceTarget => {
    const { symbol } = holding.instrument
    if (holding.price === null || !holding.isListed) {
      throw new TandemError(
        `${symbol} can't be traded at ${account.venue}: ${holding.isListed ? 'it has no price' : 'it is not listed'}`,
        {
          code: 'NO_PRICE',
          where: `targets.${symbol}`,
          hint: 'leave it out, or clean up first: tandem cleanup',
        },
      )
    }
    return {
      instrument: instrumentOf(id, account.user, account.venue, symbol),
      rulebook: holding.rulebook,
      weight: wishes.targets[symbol] ?? 0,
      price: holding.price,
      held: holding.quantity,
      // A venue that doesn't tell has the position at the account's own setting.
      heldLeverage:
        holding.position?.leverage ?? (holding.instrument.kind === 'spot' ? wishes.leverage : account.leverage),
    }
  })
  if (targets.some(({ instrument }) => instrument.kind === 'spot') && wishes.leverage !== 1) {
    throw new TandemError('what is held whole has no leverage', {
      code: 'BAD_LEVERAGE',
      where: 'leverage',
      hint: 'set leverage: 1 for spot',
    })
  }
  return { accountValue: look.balance.totalEquity, leverage: wishes.leverage, total: wishes.total, targets }
}

/** The plan run through with every close filled at the price of now: what it would do. */
function previewOf({ account, wishes }: RebalanceParts, request: RebalanceRequest): RebalancePreview {
  const plan = new RebalancePlan(request, { settleMs: 0, reserve: rateUnits(wishes.reserve) })
  const held = request.targets.map((one) => one.held)
  const prices = request.targets.map((one) => one.price)
  const trades: PlannedTrade[] = []
  for (let atMs = 0; !plan.done; atMs = Math.max(atMs, plan.dueMs)) {
    for (const command of plan.next(atMs)) {
      const { id } = command
      if (command.kind === 'account') {
        plan.onFact({ kind: 'account', id, accountValue: request.accountValue, held, prices })
      } else if (command.kind === 'leverage') plan.onFact({ kind: 'done', id })
      else {
        const trade = tradeOf(command, request)
        trades.push(trade)
        if (command.kind === 'reduce')
          held[command.instrument] = toDec(held[command.instrument]! + command.side * command.quantity)
        plan.onFact({ kind: 'filled', id, quantity: command.quantity, value: 0 as Dec })
      }
    }
  }
  const { result, wish } = plan
  const carried = carriedBy(request.accountValue, request.leverage, rateUnits(wishes.reserve))
  const mustClose = request.targets.some((one) => one.held !== 0 && one.heldLeverage !== request.leverage)
  return {
    account: account.id,
    accountValue: numberOf(request.accountValue),
    leverage: request.leverage,
    total: numberOf(wish.total),
    scale: decToNumber(result?.scale ?? rebalanceScale(carried, wish.total), 12),
    trades,
    warnings: [...(mustClose ? [LEVERAGE_WARNING] : []), ...(result?.warnings ?? wish.notes)],
  }
}

function tradeOf(
  command: Extract<RebalanceCommand, { kind: 'reduce' | 'open' }>,
  request: RebalanceRequest,
): PlannedTrade {
  const target = request.targets[command.instrument]!
  const whole = command.kind === 'reduce' && command.quantity === Math.abs(target.held)
  const value = notional(target.instrument, target.price, command.quantity, Rounding.halfEven)
  return {
    symbol: target.instrument.symbol,
    action: command.kind === 'open' ? 'open' : whole ? 'close' : 'reduce',
    side: command.side > 0 ? 'buy' : 'sell',
    quantity: numberOf(command.quantity),
    value: numberOf(value),
    why:
      command.kind === 'open'
        ? 'to its weight'
        : target.heldLeverage === request.leverage
          ? 'above its weight'
          : 'to change its leverage',
  }
}

/** Carries out the plan's commands at the venue. */
class Driver {
  fees = 0
  slippage = 0
  private readonly parts: RebalanceParts
  private readonly request: RebalanceRequest
  private readonly sender: OperationSender
  private readonly journal: OperationJournal

  constructor(parts: RebalanceParts, request: RebalanceRequest, sender: OperationSender, journal: OperationJournal) {
    this.parts = parts
    this.request = request
    this.sender = sender
    this.journal = journal
  }

  async answer(command: RebalanceCommand): Promise<RebalanceFact> {
    const { id } = command
    try {
      if (command.kind === 'account') return await this.account(id)
      if (command.kind === 'leverage') return await this.lever(id, command.instrument, command.leverage)
      return await this.order(command)
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      return { kind: error.kind === 'unknown' ? 'unknown' : 'failed', id, reason: error.message }
    }
  }

  private async account(id: number): Promise<RebalanceFact> {
    const look = await lookFor(this.parts)
    const of = (symbol: string) => look.holdings.find(({ instrument }) => instrument.symbol === symbol)
    const held = this.request.targets.map(({ instrument }) => of(instrument.symbol)?.quantity ?? (0 as Dec))
    const prices = this.request.targets.map(({ instrument, price }) => of(instrument.symbol)?.price ?? price)
    return { kind: 'account', id, accountValue: look.balance.totalEquity, held, prices }
  }

  /** Set, and read back where the venue tells: a leverage that didn't take would open at the wrong one. */
  private async lever(id: number, instrument: number, leverage: number): Promise<RebalanceFact> {
    const target = this.request.targets[instrument]!
    if (target.instrument.kind === 'spot') return { kind: 'done', id }
    const { exchange, environment } = this.parts
    const { symbol } = target.instrument
    this.journal.commit('SEND', { op: 'leverage', id, leg: 0, atMs: environment.nowMs(), symbol, leverage })
    await exchange.setLeverage(symbol, leverage)
    const position = (await exchange.positions()).find((one) => one.symbol === symbol)
    const now = position?.leverage ?? null
    this.journal.commit('ACK', { op: 'leverage', id, leg: 0, atMs: environment.nowMs(), symbol, leverage: now })
    if (now !== null && now !== leverage && Number(position!.quantity) !== 0) {
      return { kind: 'failed', id, reason: `the venue keeps ${symbol} at ${now}x` }
    }
    return { kind: 'done', id }
  }

  private async order(command: Extract<RebalanceCommand, { kind: 'reduce' | 'open' }>): Promise<RebalanceFact> {
    const { id, instrument, side, quantity } = command
    const target = this.request.targets[instrument]!
    const reduceOnly = command.kind === 'reduce'
    const { leverage } = this.request
    const done = await this.sender.market({
      instrument: target.instrument,
      side,
      quantity,
      reduceOnly,
      leverage,
      price: target.price,
    })
    if (done.kind !== 'filled') return { kind: done.kind, id, reason: done.reason }
    this.fees += done.fee
    this.slippage += side * (done.value - notional(target.instrument, target.price, done.quantity, Rounding.halfEven))
    return { kind: 'filled', id, quantity: done.quantity, value: done.value }
  }
}
