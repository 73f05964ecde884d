/**
 * Densities on one axis, for the tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kégl, NIPS 2011): a
 * mixture of one kernel an observation and a flat prior of the same weight. Positions are shares of the axis in [0, 1).
 */

export interface Density {
  at(share: number): number
  /** A draw; `random` gives numbers in [0, 1). */
  draw(random: () => number): number
}

/** Ordered axes: truncated normal kernels, each as wide as the way to its farther neighbour, within limits. */
export function smoothDensity(observed: readonly number[]): Density {
  const centres = [...observed].sort((a, b) => a - b)
  const least = 1 / Math.min(100, centres.length + 2)
  const widths = centres.map((centre, i) => {
    const before = centre - (centres[i - 1] ?? 0)
    const after = (centres[i + 1] ?? 1) - centre
    return Math.min(1, Math.max(least, before, after))
  })
  // What a kernel has inside [0, 1]: the truncated one is larger by as much.
  const inside = centres.map((centre, i) => normalShare((1 - centre) / widths[i]!) - normalShare(-centre / widths[i]!))
  const weight = 1 / (centres.length + 1)
  return {
    at(share) {
      let density = 1
      for (let i = 0; i < centres.length; i++) {
        const z = (share - centres[i]!) / widths[i]!
        density += Math.exp(-0.5 * z * z) / (widths[i]! * Math.sqrt(2 * Math.PI) * inside[i]!)
      }
      return density * weight
    },
    draw(random) {
      const which = Math.floor(random() * (centres.length + 1))
      if (which === centres.length) return random()
      for (let attempt = 0; attempt < 100; attempt++) {
        const share = centres[which]! + widths[which]! * normalDraw(random)
        if (share >= 0 && share < 1) return share
      }
      return random()
    },
  }
}

/** Axes without an order: how often each of `count` values was seen, and once more for the prior. */
export function countedDensity(observed: readonly number[], count: number): Density {
  const seen = new Array<number>(count).fill(1)
  for (const share of observed) seen[Math.min(count - 1, Math.floor(share * count))]! += 1
  const total = observed.length + count
  return {
    at: (share) => (seen[Math.min(count - 1, Math.floor(share * count))]! / total) * count,
    draw(random) {
      let left = random() * total
      let place = 0
      while (place < count - 1 && left >= seen[place]!) left -= seen[place++]!
      return (place + random()) / count
    },
  }
}

/** Box and Muller (1958). */
function normalDraw(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Φ(z) to 7 digits (Abramowitz and Stegun 26.2.17): a weight needs no more. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * series
  return z > 0 ? 1 - tail : tail
}
