/** `tandem accounts`: every configured account at a glance. */

import type { AccountStatus } from '../../run/venue-accounts/status.ts'
import { defineCommand } from '../command.ts'
import { type Cell, formatTable } from '../output.ts'
import { ACCOUNT_OPTIONS } from '../venue-account-options.ts'

export const command = defineCommand({
  positionals: '[account]',
  positionalOptions: { account: { type: 'string', describe: 'id, user or venue; default: all' } },
  options: {
    accounts: ACCOUNT_OPTIONS.accounts,
    watch: { type: 'boolean', default: false, describe: 'look again and again, until Ctrl-C' },
    every: { type: 'number', default: 10, requiresArg: true, describe: 'with --watch: seconds between looks' },
  },
  async run(args, output) {
    const [{ chooseAccounts, readAccounts }, { accountStatuses }, { liveParts }] = await Promise.all([
      import('../../run/venue-accounts/accounts-file.ts'),
      import('../../run/venue-accounts/status.ts'),
      import('../live-parts.ts'),
    ])
    const accounts = chooseAccounts(readAccounts(args.accounts), args.account ?? null)
    const { open, environment } = await liveParts({ purpose: 'look', confirmed: true })
    const look = () => accountStatuses(accounts, args.runs, open, environment.nowMs)
    const stop = new AbortController()
    if (args.watch) process.once('SIGINT', () => stop.abort())
    for (;;) {
      const statuses = await look()
      output.result(statuses, () => statusText(statuses))
      if (!args.watch || stop.signal.aborted) return statuses.every(({ connected }) => connected) ? 0 : 1
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, args.every * 1000)
        stop.signal.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      })
      if (stop.signal.aborted) return 0
    }
  },
})

function statusText(statuses: readonly AccountStatus[]): string {
  const heads = ['account', 'state', 'equity', 'available', 'locked', 'positions', 'orders', 'profile', 'margin', 'age']
  const rows = statuses.map(({ account, connected, figures, quote, ageMs }): Cell[] => [
    account,
    connected ? 'connected' : 'DISCONNECTED',
    figures === null ? null : `${figures.totalEquity.toFixed(2)} ${quote}`,
    figures === null ? null : figures.available.toFixed(2),
    figures === null ? null : figures.locked.toFixed(2),
    figures === null ? null : figures.positions.length,
    figures === null ? null : figures.openOrders,
    figures?.profile ?? null,
    figures?.marginUtilisation == null ? null : `${(100 * figures.marginUtilisation).toFixed(1)} %`,
    ageMs === null ? null : ageText(ageMs),
  ])
  return [formatTable(heads, rows), ...statuses.flatMap(detailLines)].join('')
}

function detailLines({ account, trouble, figures, quote }: AccountStatus): string[] {
  const lines = trouble === null ? [] : [`${account}: ${trouble}\n`]
  for (const one of figures?.positions ?? []) {
    const value = one.value === null ? 'no price' : `${one.value.toFixed(2)} ${quote}`
    const leverage = one.leverage === null ? '' : ` at ${one.leverage}x`
    const far = one.liquidationDistance
    const by = one.liquidationFrom === 'rules' ? ', by its dated rules' : ''
    const liquidation =
      far === null ? '' : `, liquidation at ${one.liquidationPrice} (${(100 * far).toFixed(1)} % away${by})`
    const gone = one.listed ? '' : ', no longer listed'
    lines.push(`${account}: ${one.quantity} ${one.symbol}${leverage}, ${value}${liquidation}${gone}\n`)
  }
  for (const { asset, total } of figures?.unvalued ?? [])
    lines.push(`${account}: ${total} ${asset}, in no figure: no price in ${quote}\n`)
  return lines
}

function ageText(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`
}
