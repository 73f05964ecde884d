/** RULES A1, A2, A4 and D5, each driven directly. */

import { z } from 'zod'
import { type Dec, toDec } from '../../../core/dec.ts'
import { ageMs, answered, marginBalance, silent, spotBalance, unknownAccount } from '../../../rules/account.ts'
import { UTILISATION } from '../../../rules/presets.ts'
import { rateOf } from '../../../rules/rate.ts'
import { sellQuantity } from '../../../rules/sells.ts'
import { marginUtilisation } from '../../../rules/utilisation.ts'
import { percentText, spanText } from '../../narrate/words.ts'
import { defineKind } from '../kind.ts'
import { amount, exact, expect, money, quantityPlaces, quantityText, shown } from './amounts.ts'

/** A1: three values, always together. `positions` at mark for spot, `unrealised` and `initialMargin` with leverage. */
export const balanceKind = defineKind({
  schema: z.strictObject({
    cash: amount,
    heldByOrders: amount.default(0),
    positions: amount.optional(),
    unrealised: amount.optional(),
    initialMargin: amount.optional(),
    expect,
  }),
  play({ cash, heldByOrders, positions, unrealised, initialMargin }) {
    const leveraged = unrealised !== undefined || initialMargin !== undefined
    const held = { cash: money(cash), heldByOrders: money(heldByOrders) }
    const snapshot = leveraged
      ? marginBalance({ ...held, unrealised: money(unrealised ?? 0), initialMargin: money(initialMargin ?? 0) })
      : spotBalance({ ...held, positionsAtMark: money(positions ?? 0) })
    const { totalEquity, available, locked } = snapshot
    const from = leveraged
      ? `unrealised ${unrealised ?? 0}, initial margin ${initialMargin ?? 0}`
      : `positions at mark ${positions ?? 0}`
    return {
      lines: [
        `${leveraged ? 'leveraged' : 'spot'}: cash ${cash}, ${from}, held by open orders ${heldByOrders}`,
        `total equity ${shown(totalEquity)} = ${shown(available)} available + ${shown(locked)} locked`,
      ],
      found: { totalEquity: exact(totalEquity), available: exact(available), locked: exact(locked) },
    }
  },
})

/** A2: an account's state after its venue has answered, and after it has fallen silent. */
export const accountKind = defineKind({
  schema: z.strictObject({
    user: z.string(),
    venue: z.string(),
    equity: amount.optional().describe('what the venue answered; absent where it never did'),
    available: amount.optional(),
    positions: z.int().min(0).default(0),
    silentForMs: z.int().min(0).default(0),
    expect,
  }),
  play({ user, venue, equity, available, positions, silentForMs }) {
    const asked = unknownAccount(user, venue)
    const balance = {
      totalEquity: money(equity ?? 0),
      available: money(available ?? equity ?? 0),
      locked: toDec(money(equity ?? 0) - money(available ?? equity ?? 0)),
    }
    const told = equity === undefined ? asked : answered(asked, balance, positions, 0)
    const state = silentForMs > 0 || equity === undefined ? silent(told) : told
    const age = ageMs(state, silentForMs)
    const figures =
      state.balance === null
        ? 'it has never answered'
        : `equity ${shown(state.balance.totalEquity)}, positions ${state.openPositions}`
    const connected = state.connected ? 'connected' : 'disconnected'
    const since = age === null || age === 0 ? '' : `, its last figures are ${spanText(age)} old`
    return {
      lines: [`${user} at ${venue}: ${connected}, ${figures}${since}`],
      found: {
        user,
        equity: state.balance === null ? null : exact(state.balance.totalEquity),
        positions: state.openPositions,
        connected: state.connected,
        ageMs: age,
      },
    }
  },
})

/** A4: what a sell of the whole position sends, whatever the cash. */
export const sellsKind = defineKind({
  schema: z.strictObject({ ledger: amount, venue: amount.nullable(), expect }),
  play({ ledger, venue }) {
    const send = sellQuantity(quantityPlaces(ledger), venue === null ? null : quantityPlaces(venue))
    const said = venue === null ? "the venue hasn't said" : `the venue's last balance shows ${venue}`
    const what = send === 0 ? 'both show none: no order' : `${quantityText(send)} is sent to be sold`
    return { lines: [`our ledger holds ${ledger}, ${said}`, what], found: { sent: quantityText(send) } }
  },
})

/** D5: margin in use as a share of equity. */
export const utilisationKind = defineKind({
  schema: z.strictObject({ used: amount, equity: amount, expect }),
  play({ used, equity }) {
    const { fraction, warn } = marginUtilisation(money(used), money(equity), rateOf(UTILISATION.warnFraction) as Dec)
    const share = fraction === null ? 'N/A: there is no equity' : percentText(fraction)
    const from = percentText(UTILISATION.warnFraction)
    return {
      lines: [`margin in use ${used} of ${equity}: ${share}, ${warn ? 'a warning' : 'no warning'} (from ${from} on)`],
      found: { fraction, warn },
    }
  },
})
