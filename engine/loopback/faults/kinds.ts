/** Every fault that the exchange can show, and how often it does with `--faults all`. */

export interface FaultKind {
  readonly what: string
  /** Share of the occasions on which it could fire. */
  readonly rate: number
}

export const FAULT_KINDS = {
  // On the way.
  'lost-request': { what: 'the connection breaks, the request never arrives', rate: 0.02 },
  'late-request': { what: 'the connection breaks, the request arrives later all the same', rate: 0.02 },
  'duplicate-request': { what: 'a private request arrives twice', rate: 0.02 },
  'nonce-reorder': { what: 'a private request is overtaken by the next one', rate: 0.01 },
  'lost-response': { what: 'carried out, the answer is lost', rate: 0.02 },
  'late-response': { what: 'carried out, the answer comes late', rate: 0.02 },
  'reordered-response': { what: 'the answer comes after that of the next request', rate: 0.02 },
  'truncated-response': { what: 'carried out, half of the answer comes', rate: 0.02 },
  'garbled-response': { what: 'carried out, the answer is not JSON', rate: 0.02 },
  'hung-socket': { what: 'not carried out, no answer, the connection stays', rate: 0.005 },
  // The exchange's servers.
  'error-before': { what: 'HTTP 503, not carried out', rate: 0.02 },
  'error-after': { what: 'HTTP 502, 503, 504 or 520, carried out all the same', rate: 0.02 },
  'html-error': { what: 'a page of a proxy in place of an answer', rate: 0.01 },
  'rate-limit-http': { what: 'HTTP 429', rate: 0.01 },
  'rate-limit-word': { what: 'a rate limit in the exchange’s words', rate: 0.01 },
  throttled: { what: 'EService: Throttled', rate: 0.005 },
  lockout: { what: 'EGeneral:Temporary lockout', rate: 0.003 },
  'timeout-word': { what: 'EService:Timeout, carried out all the same', rate: 0.01 },
  maintenance: { what: 'the next few requests find the exchange closed', rate: 0.003 },
  'clock-skew': { what: 'the exchange’s time is some seconds off for one answer', rate: 0.05 },
  'clock-jump': { what: 'the exchange’s time is an hour off for one answer', rate: 0.01 },
  // Orders and the account.
  'partial-fill': { what: 'an order fills in two parts, the second a bar later', rate: 0.1 },
  'fill-during-cancel': { what: 'a limit order fills just before its cancel', rate: 0.05 },
  'cancel-lost': { what: 'a cancel is confirmed, and doesn’t happen', rate: 0.02 },
  'self-cancel': { what: 'the exchange cancels an order by itself', rate: 0.01 },
  'spurious-funds': { what: 'an order is refused for funds that are there', rate: 0.02 },
  'fee-in-base': { what: 'the fee of an order is taken from the base', rate: 0.03 },
  'id-reuse': { what: 'a client id that is open is taken again', rate: 0.5 },
  'leverage-refusal': { what: 'a change of leverage is refused', rate: 0.1 },
  liquidation: { what: 'a leveraged position is liquidated', rate: 0.002 },
  funding: { what: 'an extra funding is charged', rate: 0.01 },
  'manual-trade': { what: 'the account’s owner trades by hand', rate: 0.005 },
  'filter-change': { what: 'least size and tick grow for a while', rate: 0.005 },
  delisting: { what: 'a market takes only cancels for a while', rate: 0.003 },
  // What is told.
  'read-lag-orders': { what: 'open orders are shown as they were before the last change', rate: 0.05 },
  'read-lag-balances': { what: 'balances are shown as they were before the last change', rate: 0.05 },
  'read-lag-positions': { what: 'positions are shown as they were before the last change', rate: 0.05 },
  'read-lag-trades': { what: 'trades are shown as they were before the last change', rate: 0.05 },
  'history-limit': { what: 'only the newest few orders and trades are listed', rate: 0.02 },
  'null-fields': { what: 'prices, fees and costs are null', rate: 0.02 },
  'late-candle': { what: 'the newest closed candle isn’t there yet', rate: 0.05 },
  'missing-candle': { what: 'a recent candle is left out', rate: 0.02 },
  'revised-candle': { what: 'the newest closed candle will change', rate: 0.02 },
  'duplicate-candle': { what: 'a candle comes twice', rate: 0.02 },
  'unordered-candles': { what: 'two candles change places', rate: 0.02 },
  // Websockets.
  'ws-drop': { what: 'the websocket breaks', rate: 0.01 },
  'ws-silent': { what: 'the websocket falls silent, its heart still beats', rate: 0.003 },
  'ws-gap': { what: 'one message is left out', rate: 0.02 },
  'ws-duplicate': { what: 'a message comes twice', rate: 0.02 },
  'ws-reorder': { what: 'a message comes after the next one', rate: 0.02 },
} as const satisfies Record<string, FaultKind>

export type FaultName = keyof typeof FAULT_KINDS

export const FAULT_NAMES = Object.keys(FAULT_KINDS) as readonly FaultName[]

export type FaultRates = Readonly<Partial<Record<FaultName, number>>>
