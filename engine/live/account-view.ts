/**
 * The account as the venue tells it: balances, positions and margin together, asked for as RULES F2 allows, and told no
 * more often to whoever asks. A fill or a refused order makes it stale.
 */

import type { Environment } from './environment.ts'
import type { ExchangePort, VenueBalance, VenueMargin, VenuePosition } from './exchange.ts'
import type { LiquidationPrice } from './liquidation.ts'
import { BalanceCache, type Cached } from './safety/balance-cache.ts'

export interface VenueAccount {
  readonly balances: readonly VenueBalance[]
  readonly positions: readonly VenuePosition[]
  /** Null where nothing is borrowed. */
  readonly margin: VenueMargin | null
}

export class AccountView {
  private readonly cache: BalanceCache<VenueAccount>

  /** `leveraged`: whether anything of the session's can be borrowed for. */
  constructor(environment: Environment, exchange: ExchangePort, leveraged: boolean) {
    this.cache = new BalanceCache(environment, async () => ({
      balances: await exchange.balances(),
      positions: exchange.abilities.positions ? await exchange.positions() : [],
      margin: leveraged && exchange.abilities.positions ? await exchange.margin() : null,
    }))
  }

  /** What is known now, without asking; null before the first answer. */
  peek(): Cached<VenueAccount> | null {
    return this.cache.peek()
  }

  /** A fill or a refused order. */
  invalidate(): void {
    this.cache.invalidate()
  }

  /** A fresh answer; waits up to `waitMs` for its turn. Throws the venue's last error. */
  async read(waitMs: number): Promise<VenueAccount> {
    return (await this.cache.read(waitMs)).value
  }

  /** Asks where something changed or a minute has passed, and it may be asked at once; a failure is the next look's business. */
  async refresh(): Promise<void> {
    if (this.cache.peek()?.fresh === true) return
    await this.cache.read(0).catch(() => {})
  }

  /** The venue's own word for `symbol`, where it is fresh and tells one; undefined otherwise. */
  liquidationPrice(symbol: string): LiquidationPrice | undefined {
    const known = this.cache.peek()
    if (known === null || !known.fresh) return undefined
    const text = known.value.positions.find((one) => one.symbol === symbol)?.liquidationPrice ?? null
    const price = Number(text)
    return text !== null && price > 0 ? price : undefined
  }

  /** Margin in use as a share of equity; null where the venue doesn't tell, or there's none. */
  get utilisation(): number | null {
    const margin = this.cache.peek()?.value.margin ?? null
    if (margin === null || margin.equity === null || margin.usedMargin === null) return null
    const [used, equity] = [Number(margin.usedMargin), Number(margin.equity)]
    if (!(used > 0)) return 0
    return equity > 0 ? used / equity : Number.POSITIVE_INFINITY
  }
}
