/**
 * A generator that any language reproduces: state' = 48271 · state mod (2³¹ − 1), all products below 2⁵³.
 * Park and Miller, "Random number generators: good ones are hard to find", CACM 31 (1988), with the multiplier of
 * their 1993 remark. For test series only.
 */
export class ParkMiller {
  private state: number

  /** `seed` from 1 to 2³¹ − 2. */
  constructor(seed: number) {
    this.state = seed
  }

  /** A whole number from −limit to limit; `limit` far below 2³⁰. */
  draw(limit: number): number {
    this.state = (this.state * 48271) % 2147483647
    return (this.state % (2 * limit + 1)) - limit
  }

  /** A whole number from 0 to limit − 1. */
  below(limit: number): number {
    this.state = (this.state * 48271) % 2147483647
    return this.state % limit
  }
}
