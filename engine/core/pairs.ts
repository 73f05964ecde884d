/** Patterns of symbols, as fee schedules name the pairs that they except. */

/**
 * Whether a symbol exists that both patterns match; `*` stands for any text, the empty one included, without a slash.
 * With a plain symbol as one of the two it says whether the other matches it.
 */
export function patternsMeet(a: string, b: string): boolean {
  if (a === '' && b === '') return true
  if (a[0] === '*') return patternsMeet(a.slice(1), b) || starTakes(a, b)
  if (b[0] === '*') return patternsMeet(a, b.slice(1)) || starTakes(b, a)
  return a !== '' && a[0] === b[0] && patternsMeet(a.slice(1), b.slice(1))
}

/** The star at the head of `starred` takes the first character of `other` and stays. */
function starTakes(starred: string, other: string): boolean {
  return other !== '' && other[0] !== '/' && patternsMeet(starred, other.slice(1))
}
