/** Made-up checks of data, as their page reads them. */

import type { QualityFinding, QualityInput, QualitySeries } from '../../reports/quality-input.ts'

const DAY = 86_400_000
const START = Date.UTC(2020, 0, 1)

function finding(changes: Partial<QualityFinding> = {}): QualityFinding {
  return {
    code: 'OUTAGE',
    severity: 'warning',
    row: 20,
    rows: 5,
    timeMs: START + 3 * DAY,
    message: '5 bars missing from 2020-01-03 19:00',
    suggestion: 'fill it from another source',
    fixable: false,
    ...changes,
  }
}

export function qualitySeries(target: string, changes: Partial<QualitySeries> = {}): QualitySeries {
  return {
    target,
    kind: 'candles',
    venue: 'kraken',
    symbol: 'BTC/USD',
    timeframe: '1h',
    rows: 240,
    firstMs: START,
    lastMs: START + 10 * DAY,
    errors: 0,
    warnings: 1,
    outageRows: 5,
    outageRuns: 1,
    noTradeRows: 3,
    emptyBars: 2,
    counts: { OUTAGE: 1 },
    findings: [finding()],
    segments: [
      { fromMs: START, toMs: START + 3 * DAY, state: 'present', share: 1 },
      { fromMs: START + 3 * DAY, toMs: START + 4 * DAY, state: 'outage', share: 0.5 },
      { fromMs: START + 4 * DAY, toMs: START + 10 * DAY, state: 'no trades', share: 0.01 },
    ],
    dataHash: 'd'.repeat(64),
    ...changes,
  }
}

const broken = qualitySeries('kraken:ETH/USD:1h', {
  errors: 2,
  findings: [
    finding({ code: 'BAD_PRICE', severity: 'error', timeMs: null, message: 'the close is no number' }),
    finding(),
  ],
})

export const QUALITY: QualityInput = {
  name: 'the store',
  command: 'tandem data check --html data.html',
  series: [qualitySeries('kraken:BTC/USD:1h'), broken],
  calendar: null,
}

export const ONE_SERIES: QualityInput = {
  ...QUALITY,
  name: 'kraken:BTC/USD:1h',
  series: [qualitySeries('kraken:BTC/USD:1h')],
  calendar: {
    unit: 'day',
    cells: (['present', 'outage', 'suspicious', 'error', 'no trades'] as const).map((state, i) => ({
      fromMs: START + i * DAY,
      toMs: START + (i + 1) * DAY,
      expected: 24,
      present: state === 'outage' || state === 'no trades' ? 20 : 24,
      outage: state === 'outage' ? 4 : 0,
      noTrades: state === 'no trades' ? 4 : 0,
      suspicious: state === 'suspicious' ? 1 : 0,
      errors: state === 'error' ? 1 : 0,
      state,
    })),
  },
}

export function oddData(): Readonly<Record<string, QualityInput>> {
  const many = Array.from({ length: 1000 }, (_, i) =>
    qualitySeries(`kraken:A${i}/USD:1h`, { errors: i % 7 === 0 ? 1 : 0 }),
  )
  return {
    'an empty store': { ...QUALITY, series: [] },
    'one series': ONE_SERIES,
    'a thousand symbols': { ...QUALITY, series: many },
    'a file without a row': {
      ...QUALITY,
      series: [
        qualitySeries('x.csv', {
          rows: 0,
          firstMs: null,
          lastMs: null,
          segments: [],
          findings: [],
          counts: {},
          outageRows: 0,
          noTradeRows: 0,
          dataHash: null,
        }),
      ],
    },
  }
}
