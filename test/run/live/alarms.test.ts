/**
 * Goal: halt, emergency, demotion and silence reach people from a running session. Method: sessions as `tandem live`
 * runs them, at a simulated exchange on a clock that jumps, with a channel that keeps what it is sent.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Alert } from '../../../engine/live/alerts/alert.ts'
import { leaveCommand } from '../../../engine/live/commands/real-folder.ts'
import { CONTENT } from '../../promote/samples.ts'
import { MINUTE_MS, supervised } from './supervised.ts'

const FROM_MS = Date.UTC(2026, 2, 1, 23, 45)
const calm = (minutes: number): number[] => Array.from({ length: minutes }, (_, k) => 100 + (k % 3) * 0.1)
const alarms = (alerts: readonly Alert[]): string[] => alerts.filter(({ level }) => level === 'alarm').map(textOf)
const textOf = ({ code, text }: Alert): string => `${code} ${text}`

describe('alarms of a running session', () => {
  it('none while all is well', async () => {
    await supervised({ closes: calm(8), fromMs: FROM_MS }, ({ alerts, state, trades }) => {
      expect(trades).toBeGreaterThan(0)
      expect(state).toBe('CLOSED')
      expect(alerts.filter(({ level }) => level !== 'info')).toEqual([])
    })
  })

  it('EMERGENCY: a position that lost more than the rules allow is closed, and told', async () => {
    const closes = [...calm(10), 97, ...calm(5).map((close) => close - 3)]
    await supervised({ closes, fromMs: FROM_MS }, ({ alerts, trades }) => {
      expect(trades).toBeGreaterThan(1)
      expect(alarms(alerts)[0]).toMatch(/^EMERGENCY BTC\/USD has lost more.*sells \d+/)
    })
  })

  it('HALTED: a stop file in the folder', async () => {
    const onMinute = (minute: number, { folder }: { folder: string }): void => {
      if (minute === 3) writeFileSync(join(folder, 'STOP'), '')
    }
    await supervised({ closes: calm(8), fromMs: FROM_MS, onMinute }, ({ alerts }) => {
      expect(alarms(alerts)).toEqual([expect.stringMatching(/^HALTED HALT_COMMAND: the stop file .*STOP$/)])
    })
  })

  it('HALTED: `tandem halt`', async () => {
    const onMinute = (minute: number, { folder }: { folder: string }): void => {
      if (minute === 3) leaveCommand(folder, 'halt', null, FROM_MS)
    }
    await supervised({ closes: calm(8), fromMs: FROM_MS, onMinute }, ({ alerts }) => {
      expect(alarms(alerts)).toEqual([expect.stringMatching(/^HALTED HALT_COMMAND: tandem halt$/)])
    })
  })

  it('UNEXPLAINED: somebody else trades in the account', async () => {
    let minute = 0
    await supervised(
      {
        closes: calm(22),
        fromMs: FROM_MS,
        onMinute: (now) => {
          minute = now
        },
        venue: (exchange) => ({
          balances: async () => {
            const all = await exchange.balances()
            return minute < 5 ? all : all.map((one) => (one.asset === 'BTC' ? { ...one, total: '0.5' } : one))
          },
        }),
      },
      ({ alerts, state }) => {
        expect(alarms(alerts).some((text) => text.startsWith('UNEXPLAINED the venue’s'.replace('’', "'")))).toBe(true)
        expect(state).toBe('HALTED')
      },
    )
  })

  it('SILENT: the venue gives no candles, and then it does again', async () => {
    const [from, to] = [FROM_MS + 10 * MINUTE_MS, FROM_MS + 25 * MINUTE_MS]
    const silent = (nowMs: number): boolean => nowMs > from && nowMs < to
    await supervised({ closes: calm(28), fromMs: FROM_MS, silent }, ({ alerts }) => {
      expect(alarms(alerts)).toEqual([expect.stringMatching(/^SILENT nothing was heard of the market for 1\d minutes/)])
      const codes = alerts.map(({ code }) => code)
      expect(codes.indexOf('HEARD')).toBeGreaterThan(codes.indexOf('SILENT'))
    })
  })

  it('DEMOTED: a day outside the bands of its backtest', async () => {
    const expected = { ...CONTENT.expected, days: 1, stretchReturn: { low: -0.0001, high: 0.2 } }
    const closes = calm(24).map((close, k) => close - k * 0.01)
    const rules = { emergencyLoss: 'off' }
    await supervised({ closes, fromMs: FROM_MS, rules, content: { expected } }, ({ alerts, trades }) => {
      expect(alarms(alerts)).toEqual([expect.stringMatching(/^DEMOTED demoted from canary to testnet: /)])
      // Where there is no money any more, no position stays behind.
      expect(trades).toBeGreaterThan(1)
    })
  })
})
