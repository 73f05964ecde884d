/**
 * Every kind of fault, how a seed draws its own few of them with all parameters, and how often each one fired. A kind
 * that a seed hasn't drawn never fires in it.
 */

import type { Draws } from './world/draws.ts'

/** Kind of fault → what it does. `rate` is per opportunity, or how many in an hour where it says so. */
export const FAULTS = {
  // On the way there and back; per call.
  requestLost: 'a request never arrives, and nobody says so',
  requestLate: 'a request arrives long after its caller gave up',
  requestDuplicated: 'a request arrives twice, with one nonce',
  responseLost: 'an answer never arrives',
  responseLate: 'an answer arrives after its caller gave up',
  responseSlow: 'answers overtake each other',
  responseTruncated: 'half an answer arrives',
  responseGarbled: 'an answer is no answer',
  serverErrorBefore: 'a 5xx, and nothing was done',
  serverErrorAfter: 'a 5xx, and it was done all the same',
  rateLimited: 'a 429: nothing was done',
  banned: 'a 418: nothing is answered for minutes; times an hour',
  hungSocket: 'a call that neither answers nor fails, ever',
  dnsLoss: 'no name resolves for a while; times an hour',
  maintenance: 'the venue is closed for a while; times an hour',
  partOutage: 'one kind of call fails for minutes while the rest works; times an hour',
  nonceReordered: 'a call overtaken by the one after it is refused for its nonce',
  secretEchoed: 'an error repeats the request, key and signature',
  // What the exchange does.
  partialFills: 'orders fill piece by piece',
  fillDuringCancel: 'an order fills while its cancel is on the way',
  cancelLost: 'a cancel is confirmed and forgotten',
  cancelledByVenue: 'the venue cancels an order by itself; times an hour',
  refused: 'an order is refused for no fault of its own',
  feeInBase: 'fees of buys are taken from what was bought',
  feeInThirdCoin: 'fees are taken in a third coin',
  ordersLag: 'lists of orders are behind',
  tradesLag: 'lists of trades are behind',
  balancesLag: 'balances are behind',
  feeUnknown: 'a fresh trade has no fee yet',
  valueUnknown: 'trades come without their value',
  tradesRepeated: 'a list of trades holds one twice',
  historyShort: 'orders that ended long ago are not found',
  filterChanged: 'minimum or step change under way; times an hour',
  delisted: 'the market takes no orders any more; times an hour',
  // On margin only.
  liquidation: 'the market runs away with a position; times an hour',
  deleveraged: 'the venue closes a part of a position against the loser of somebody else; times an hour',
  funding: 'funding is paid or received; times an hour',
  leverageRefused: 'the venue does not change the leverage',
  liquidationPriceUnknown: 'the venue names no liquidation price',
  deadManFires: 'the dead man’s switch goes off, and all orders are gone',
  // Other people in the account.
  manualTrade: 'somebody trades by hand in the account; times an hour',
  secondBot: 'another program leaves orders in the account; times an hour',
  withdrawal: 'money leaves the account; times an hour',
  // The machine.
  clockSkew: 'the clock is off',
  clockJump: 'the clock jumps; times an hour',
  stall: 'the event loop stands still; times an hour',
  crash: 'the process dies at a call; times an hour',
  powerLoss: 'the machine dies, and what was not synced with it',
  tornTail: 'the last write before a power loss is half there',
  syncFails: 'a sync fails',
  diskFull: 'the disk is full for a while; times an hour',
  // The feed.
  candleLate: 'a closed candle shows late',
  candleMissing: 'a candle is left out at first',
  candleRevised: 'a closed candle changes afterwards',
  candleRepeated: 'a candle comes twice',
  feedFrozen: 'no new candle for a while; times an hour',
  streamBroken: 'the stream breaks; times an hour',
  streamSilent: 'the stream is open and tells nothing for a while; times an hour',
  streamRepeated: 'an old message of the stream comes again',
  streamGarbled: 'half a message comes by the stream',
  // People at the session itself.
  halted: 'an operator halts it, and lets it go on later; times an hour',
  closed: 'an operator closes a position; times an hour',
} as const

export type FaultKind = keyof typeof FAULTS
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[]

/** Highest rate a seed may draw, where it isn't a share of calls up to 1, 3 or 10 %. */
const HIGHEST: Partial<Record<FaultKind, number>> = {
  responseSlow: 0.5,
  hungSocket: 0.02,
  banned: 1,
  dnsLoss: 4,
  maintenance: 1,
  partOutage: 4,
  partialFills: 1,
  fillDuringCancel: 0.8,
  cancelLost: 0.1,
  cancelledByVenue: 10,
  feeInBase: 1,
  feeInThirdCoin: 1,
  ordersLag: 1,
  tradesLag: 1,
  balancesLag: 1,
  feeUnknown: 0.5,
  valueUnknown: 1,
  tradesRepeated: 0.3,
  historyShort: 1,
  filterChanged: 2,
  delisted: 0.5,
  liquidation: 2,
  deleveraged: 3,
  funding: 4,
  leverageRefused: 0.5,
  manualTrade: 3,
  secondBot: 1,
  withdrawal: 3,
  clockSkew: 1,
  clockJump: 1,
  stall: 6,
  crash: 20,
  powerLoss: 0.8,
  tornTail: 0.8,
  syncFails: 0.003,
  diskFull: 4,
  candleLate: 0.3,
  feedFrozen: 1,
  secretEchoed: 0.5,
  liquidationPriceUnknown: 0.3,
  streamBroken: 6,
  streamSilent: 4,
  streamRepeated: 0.1,
  streamGarbled: 0.01,
  halted: 2,
  closed: 4,
}

/** Kinds after which a session may stay halted: only a person can say what is right. */
export const HALTING: readonly FaultKind[] = ['manualTrade', 'secondBot', 'withdrawal', 'cancelLost', 'clockSkew']

/** Halts that are meant to stay until somebody looks, whatever the cause. */
export const LASTING_HALTS = ['UNKNOWN_OUTCOMES', 'LIMIT_DAILY_LOSS', 'LIQUIDATED']

export interface FaultOptions {
  /** Only these kinds; null for those the seed draws. */
  readonly only: readonly FaultKind[] | null
  /** Never these. */
  readonly without: readonly FaultKind[]
}

/** The faults of one seed. */
export class Faults {
  readonly rates = new Map<FaultKind, number>()
  readonly counts = new Map<FaultKind, number>()
  /** False in the second half of a run: nothing fires any more. */
  isOn = true
  private readonly draws: Draws

  constructor(draws: Draws, options: FaultOptions) {
    this.draws = draws.fork('fire')
    const choice = draws.fork('choice')
    const share = 0.8 * choice.share()
    // Some worlds are rough, most are mild: where every tenth call fails, nothing ever gets far.
    const roughness = choice.pick([0.1, 0.3, 0.3, 1])
    for (const kind of FAULT_KINDS) {
      // Drawn for every kind, wanted or not, so that leaving one out doesn't change the others.
      const isDrawn = choice.chance(share)
      const rate = Number((choice.share() * (HIGHEST[kind] ?? 0.1 * roughness)).toPrecision(3))
      const wanted = options.only === null ? isDrawn : options.only.includes(kind)
      if (wanted && !options.without.includes(kind)) this.rates.set(kind, rate)
    }
  }

  /** Whether the seed has drawn this kind at all. */
  has(kind: FaultKind): boolean {
    return this.isOn && this.rates.has(kind)
  }

  /** Whether it happens now; counted where it does. `factor` makes it likelier, up to a half. */
  fires(kind: FaultKind, factor = 1): boolean {
    const rate = this.rates.get(kind)
    if (!this.isOn || rate === undefined) return false
    if (!this.draws.chance(factor === 1 ? rate : Math.min(0.5, rate * factor))) return false
    this.count(kind)
    return true
  }

  count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
  }

  fired(kind: FaultKind): boolean {
    return this.counts.has(kind)
  }

  /** When the next one of a kind counted by the hour comes, ms from now; null where it isn't drawn. */
  nextMs(kind: FaultKind): number | null {
    const rate = this.rates.get(kind)
    return rate === undefined || rate === 0 ? null : this.draws.wait(3_600_000 / rate)
  }

  get described(): string {
    return [...this.rates].map(([kind, rate]) => `${kind} ${rate}`).join(', ')
  }
}
