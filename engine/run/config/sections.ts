/** The sections of the run file: every key, its limits, its default. The texts are shown by editors and in errors. */

import { z } from 'zod'
import { DYNAMIC_SIZING } from '../../rules/presets.ts'
import { parseDateMs } from './date.ts'

/** A text of a certain form; `error` says which, for a wrong type too. */
function text(form: RegExp, error: string) {
  return z.string({ error }).regex(form, { error })
}

const timeframe = text(/^[1-9]\d{0,4}[smhdw]$/, 'expected a timeframe such as 15m or 1h')

const date = text(
  /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?)?$/,
  'expected a date such as 2019-01-01',
).refine((day) => parseDateMs(day) !== null, { error: 'expected a date that exists, such as 2019-01-01' })

const venue = text(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected a venue in lower case, such as kraken')

const symbol = text(
  /^[A-Za-z0-9]{1,20}\/[A-Za-z0-9]{1,20}(:[A-Za-z0-9]{1,20})?$/,
  'expected a symbol such as BTC/USD or BTC/USDT:USDT',
)

/** A fee as a fraction; negative is a rebate. Above 5 % somebody wrote a percentage. */
const feeRate = z.number().min(-0.05).max(0.05)

const basisPoints = z.number().min(0).max(10_000)

export const strategySection = z
  .strictObject({
    name: z.string().min(1).optional().describe('a strategy that comes with tandem'),
    file: z.string().min(1).optional().describe('a .ts, .js or .mjs file, relative to the run file'),
    params: z.record(z.string(), z.unknown()).default({}).describe("the strategy's own parameters"),
  })
  .meta({ oneOf: [{ required: ['name'] }, { required: ['file'] }] })

export const dataSection = z.strictObject({
  venue: venue.describe('whose candles'),
  symbols: z.array(symbol).min(1).describe('the symbols of the run'),
  timeframe: timeframe.describe('the bar on which the strategy decides'),
  from: date.optional().describe('first bar, UTC; default: the first there is'),
  to: date.optional().describe('end, UTC, a day is meant whole; default: the last bar there is'),
  gaps: z
    .enum(['leave', 'carry'])
    .default('leave')
    .describe('missing bars: leave them out, or carry the last close forward with zero volume'),
  also: z
    .array(
      z.strictObject({
        venue,
        symbol,
        series: z.enum(['close', 'funding']).optional().describe('closes (default) or funding rates'),
        timeframe: timeframe.optional().describe('of the closes; funding has none'),
        as: text(/^[A-Za-z][\w.-]*$/, 'expected a name such as kraken.btc'),
      }),
    )
    .default([])
    .describe('closes or funding rates of other series, which the strategy reads by name once they were known'),
})

export const accountSection = z.strictObject({
  quote: z.string().min(1).optional().describe("the account's currency; default: that of the first symbol"),
  equity: z.number().gt(0).default(10_000).describe('equity at the start, in the quote currency'),
  shares: z
    .record(venue, z.number().min(0).max(1))
    .optional()
    .describe('share of equity that each venue holds at the start; default: all alike'),
  leverage: z.number().min(1).default(1),
  profile: z
    .enum(['auto', 'none', 'legacy', 'MICRO_CAP', 'LOW_CAPITAL', 'STANDARD', 'AGGRESSIVE'])
    .default('auto')
    .describe('capital profile; auto chooses by equity'),
  shorting: z.boolean().default(false).describe('whether short positions may be opened'),
  flows: z
    .array(
      z.strictObject({
        at: date.describe('when, UTC'),
        amount: z
          .number()
          .refine((amount) => amount !== 0, { error: 'expected an amount: below zero for a withdrawal' })
          .describe('in the quote currency; below zero for a withdrawal'),
        venue: venue.optional().describe('which of several venues; default: the first'),
      }),
    )
    .optional()
    .describe('deposits and withdrawals; returns are time-weighted'),
})

export const marginSection = z.strictObject({
  mode: z
    .enum(['cross', 'isolated'])
    .default('cross')
    .describe("whether positions share the account's equity, or each has its own margin"),
  rules: z
    .union([z.enum(['venue', 'plain']), venue], { error: 'expected venue, plain, or the name of a venue' })
    .default('venue')
    .describe("whose margin rules hold: the data's venue's, another's, or plain: buying power alone, no liquidation"),
  funding: z
    .union([z.enum(['stored', 'off']), z.strictObject({ assume: z.number().min(-0.1).max(0.1) })], {
      error: 'expected stored, off or { assume: 0.0001 } with a fraction a funding',
    })
    .default('stored')
    .describe('fundings of perpetuals: all from the store, what is missing at a rate (counted), or none'),
  mark: z
    .enum(['last', 'stored'])
    .default('last')
    .describe('what positions are valued and liquidated by: the last price, or stored candles of the mark price'),
  partialLiquidation: z
    .strictObject({
      aboveNotional: z.number().min(0).default(0).describe('position value in quote above which it holds'),
      share: z.number().gt(0).max(1).describe('of the position that is closed at a time'),
      cooldownMs: z.int().min(0).default(0).describe('a second one sooner than this closes all'),
      fee: z.number().min(0).max(1).describe('of the value closed in part'),
    })
    .optional()
    .describe("how perpetuals are liquidated in part, instead of what the venue's records say"),
})

/** Several accounts: what differs between them; everything else is `account`'s. */
export const accountsSection = z
  .array(
    z.strictObject({
      name: text(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/, 'expected a short name without blanks, such as alice'),
      equity: accountSection.shape.equity.removeDefault().optional(),
      profile: accountSection.shape.profile.removeDefault().optional(),
      shares: accountSection.shape.shares,
    }),
  )
  .min(1)
  .describe('several accounts: each trades alone, with what it names instead of account')

export const sizingSection = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('profile') }),
  z.strictObject({
    mode: z.literal('dynamic'),
    fraction: z.number().gt(0).max(1).default(DYNAMIC_SIZING.fraction).describe('of what is available'),
    cap: z.number().gt(0).default(DYNAMIC_SIZING.capQuote).describe('the most of it, in quote currency'),
  }),
  z.strictObject({ mode: z.literal('portfolio') }),
  z.strictObject({ mode: z.literal('fixed'), quote: z.number().gt(0).describe('size in quote currency') }),
  z.strictObject({
    mode: z.literal('percent'),
    fraction: z.number().gt(0).describe('fraction of total equity'),
    by: z
      .enum(['base', 'quote'])
      .default('base')
      .describe(
        "what a market buy's order names: the base quantity, sized at the signal's close, or money, spent at the fill",
      ),
  }),
])

const flatFees = z.strictObject({
  maker: feeRate,
  taker: feeRate,
  rebate: z.literal(true).optional().describe('says that a negative fee is meant'),
  asset: z
    .enum(['quote', 'base', 'received'], { error: 'expected quote, base or received' })
    .optional()
    .describe('in what fees on spot are taken: quote (the default), base, or the asset received'),
})

export const costsSection = z.strictObject({
  fees: z
    .union([z.enum(['schedule', 'classic-2026-01']), flatFees], {
      error: 'expected schedule, classic-2026-01 or { maker: 0.001, taker: 0.001 } with fractions up to 0.05',
    })
    .default('schedule')
    .describe("each venue's dated schedule, a preset, or two flat rates as fractions"),
  spreadBps: z
    .union([basisPoints, z.literal('abdi-ranaldo')], { error: 'expected basis points up to 10000, or abdi-ranaldo' })
    .default(0)
    .describe('full spread, or how it is estimated from the bars before; a market fill pays half of it'),
  slippageBps: basisPoints.default(0).describe('on market fills, against the order'),
  impact: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      "square-root impact of market fills: this × a bar's deviation × √(quantity / a bar's volume); 0 for none",
    ),
  window: z.int().min(2).max(100_000).default(100).describe('bars before a fill that spread and impact are told from'),
})

const gate = z.boolean().default(true)

/** The six gates of RULES C1, where the profile in force has them. */
const gatesSection = z.strictObject({
  entryInterval: gate.describe('time since the last entry'),
  entriesPerMinute: gate.describe('entries in the last minute'),
  positions: gate.describe('open positions and entry orders'),
  quality: gate.describe('signal quality'),
  averagingDown: gate.describe('never add to a position'),
  reEntry: gate.describe('none in a pair soon after its exit'),
})

const minimum = z.number().min(0)
const tierMinimums = z.strictObject({ TIER_1: minimum, MID_TIER: minimum, MEME: minimum, none: minimum })

const equityRange = z.tuple([z.number().min(0), z.number().gt(0).nullable()], {
  error: 'expected [from, to], to may be null for no end',
})

/** One line a rule: to add a rule, add its key here. */
export const rulesSection = z.strictObject({
  emergencyLoss: z
    .union([z.number().gt(0).lt(1), z.literal('off')], { error: 'expected a fraction between 0 and 1, or off' })
    .default(0.01)
    .describe('loss on entry cost that closes a position at once (0.01 is 1 %)'),
  emergencyNetOfFees: z.boolean().default(false).describe('count that loss after the costs of entry and exit'),
  minimums: z
    .union([z.enum(['relaxed', 'strict', 'off']), tierMinimums], {
      error: 'expected relaxed, strict, off or { TIER_1: 2.5, MID_TIER: 2.5, MEME: 2.5, none: 2.5 }',
    })
    .default('relaxed')
    .describe('tier minimums: a preset, or an amount for each tier and for pairs in none'),
  profileRanges: z
    .partialRecord(z.enum(['MICRO_CAP', 'LOW_CAPITAL', 'STANDARD', 'AGGRESSIVE']), equityRange)
    .default({})
    .describe('other ranges of equity for the capital profiles, [from, to)'),
  venueMinimums: z.boolean().default(true).describe("apply the venue's minimums and round to its steps"),
  reallocation: z.enum(['off', 'on']).default('off').describe('sell lower-ranked positions to fund an entry'),
  gates: gatesSection.prefault({}).describe("a profile's gates, each to be turned off"),
  feeGate: z.boolean().default(true).describe('skip an entry whose target is below the round trip + 0.2 %'),
  smallBalances: z
    .boolean()
    .default(true)
    .describe('keep entries of balances below 50 from Coinbase, or raise their target where it is the only venue'),
  staleEntries: z.boolean().default(true).describe("cancel unfilled entries after the profile's time"),
  profileHysteresis: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('how far equity must pass a boundary to change the profile, as a fraction of it'),
  learnMinimums: z.boolean().default(true).describe("remember what a venue's refusals teach about minimums"),
  learnedMinimums: z
    .union(
      [
        z.literal('stored'),
        z.array(
          z.strictObject({
            symbol,
            venue: venue.optional().describe('default: data.venue'),
            minimum: z.number().gt(0).describe('in quote currency'),
          }),
        ),
      ],
      { error: 'expected stored or a list such as [{ symbol: BTC/USD, minimum: 7.5 }]' },
    )
    .default([])
    .describe("minimums to begin with beside the venue's own: a list, or those that the store keeps"),
  exitBelowMinimum: z.boolean().default(true).describe('skip an entry whose exit would fall below the minimum'),
})

const span = z
  .strictObject({ from: date, to: date })
  .refine(({ from, to }) => parseDateMs(from)! < parseDateMs(to)!, { error: 'expected from before to' })

export const faultsSection = z.strictObject({
  rejects: z
    .union([z.number().min(0).max(1), z.array(span)], {
      error: 'expected a share from 0 to 1, or a list of from and to',
    })
    .default(0)
    .describe('orders that the venue refuses: a share drawn by the seed, or all of some times'),
  outages: z
    .union([z.array(span), z.strictObject({ perDay: z.number().min(0).max(1), minutes: z.number().gt(0).max(1440) })], {
      error: 'expected a list of from and to, or { perDay: 0.1, minutes: 30 }',
    })
    .default([])
    .describe('times at which the venue is out of reach, or how often and how long, drawn by the seed'),
})

const delayMs = z.int().min(0).max(86_400_000)

export const executionSection = z.strictObject({
  latencyMs: z
    .union(
      [delayMs, z.strictObject({ sample: z.array(delayMs).min(1) }), z.strictObject({ file: z.string().min(1) })],
      { error: 'expected milliseconds, { sample: [20, 35, 400] } or { file: delays.csv }' },
    )
    .default(0)
    .describe('delay of orders and of their answers: the same for all, drawn from a sample, or as recorded in a file'),
  venueLatencyMs: z.record(venue, delayMs).optional().describe('of single venues, instead of latencyMs'),
  ambiguous: z
    .enum(['pessimistic', 'optimistic', 'path'])
    .default('pessimistic')
    .describe('who wins where the order of events inside a bar decides'),
  detail: z
    .union([z.literal('none'), timeframe], { error: 'expected none or a timeframe such as 1m' })
    .default('none')
    .describe('a finer timeframe that resolves what happens inside a bar'),
  limitFill: z
    .enum(['through', 'touch', 'volume'])
    .default('through')
    .describe('whether a limit order fills when its price is traded through, when touched, or when touched by volume'),
  participation: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("largest share of a bar's volume that fills may take; 0 for no bound"),
  orderTypes: z
    .enum(['venue', 'all'])
    .default('venue')
    .describe("refuse the orders that the venue doesn't take, or take all that the simulator knows"),
  faults: faultsSection.prefault({}).describe('refusals and outages of the venue'),
  exits: z
    .enum(['resting', 'monitored'])
    .default('resting')
    .describe('whether stop and target rest at the venue, or are watched at closes'),
  checked: z.boolean().default(false).describe('check invariants and look-ahead while running; slower'),
})

export const originSection = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .describe('where this configuration came from; not part of its hash')

export { symbol as symbolName, venue as venueName }
