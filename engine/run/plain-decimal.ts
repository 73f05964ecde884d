/** A number as decimal text without an exponent, as dated records and learned minimums have it: 1e-7 → `0.0000001`. */
export function plainDecimal(value: number | string): string {
  const text = String(value)
  return text.includes('e')
    ? Number(value)
        .toFixed(18)
        .replace(/\.?0+$/, '')
    : text
}
