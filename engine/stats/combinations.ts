/** Choosing k of n. */

/** n over k, exact while it is a safe integer. */
export function binomial(n: number, k: number): number {
  let value = 1
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i
  return Math.round(value)
}

/** Every choice of `k` of 0…n−1, ascending in itself and in lexicographic order. The array is reused: copy to keep. */
export function* combinations(n: number, k: number): Generator<Int32Array> {
  const chosen = Int32Array.from({ length: k }, (_, i) => i)
  for (;;) {
    yield chosen
    let at = k - 1
    while (at >= 0 && chosen[at] === n - k + at) at--
    if (at < 0) return
    chosen[at] = chosen[at]! + 1
    for (let i = at + 1; i < k; i++) chosen[i] = chosen[i - 1]! + 1
  }
}
