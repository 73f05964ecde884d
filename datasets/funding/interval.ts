/** How often a series settles, and what of it is missing. */

/** The most frequent step between settlements in ms (the shortest of equals); null with fewer than two rows. */
export function usualInterval(time: Float64Array): number | null {
  const counts = new Map<number, number>()
  for (let row = 1; row < time.length; row++) {
    const step = time[row]! - time[row - 1]!
    counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  let usual: number | null = null
  for (const [step, count] of counts) {
    const best = usual === null ? 0 : counts.get(usual)!
    if (count > best || (count === best && step < usual!)) usual = step
  }
  return usual
}

/** Holes: `runs` of missing settlements and how many `rows` are missing, in whole intervals. */
export function fundingGaps(time: Float64Array, intervalMs: number | null): { runs: number; rows: number } {
  let runs = 0
  let rows = 0
  if (intervalMs === null) return { runs, rows }
  for (let row = 1; row < time.length; row++) {
    const missing = Math.round((time[row]! - time[row - 1]!) / intervalMs) - 1
    if (missing <= 0) continue
    runs += 1
    rows += missing
  }
  return { runs, rows }
}
