/** Apart from the schema, so that whoever needs no schema loads none. */

/** The currency in which a symbol settles: `BTC/USD` → USD, `BTC/USDT:USDC` → USDC. */
export function currencyOf(symbol: string): string {
  return symbol.replace(/^.*[/:]/, '')
}
