/**
 * The clock of a start: compared with the venue's, refused where it is off, and the little that is left set right. A slow
 * answer leaves a range as wide as it was slow, in which a clock two seconds ahead looks right, and would close candles
 * before their time: the venue is asked again until an answer is quick.
 */

import type { ExchangePort } from './exchange.ts'
import { certainOffset, measureOffset } from './safety/clock.ts'
import { sessionError } from './session-options.ts'
import { QUICK_MS, type SteadyClock } from './steady-clock.ts'

/** How far the venue's clock may be from ours, ms. */
const LIMIT_MS = 1_000
/** A venue that is slow each time is believed after so many: by its quickest answer. */
const MOST_ASKED = 5

/** `tell` asks the venue for its time, ms UTC, and throws what the start is to throw. Throws `CLOCK_OFF`. */
export async function setByVenue(
  environment: SteadyClock,
  { venue, abilities }: Pick<ExchangePort, 'venue' | 'abilities'>,
  tell: () => Promise<number>,
): Promise<void> {
  let quickest = { askedMs: Number.NEGATIVE_INFINITY, answeredMs: Number.POSITIVE_INFINITY, toldMs: 0 }
  const took = ({ askedMs, answeredMs }: typeof quickest): number => answeredMs - askedMs
  for (let asked = 0; asked < MOST_ASKED && took(quickest) > QUICK_MS; asked++) {
    const askedMs = environment.monotonicMs()
    let toldMs = 0
    const range = await measureOffset(environment, async () => (toldMs = await tell()), 1)
    const offsetMs = Math.round(certainOffset(range))
    // What isn't certain isn't blamed on the clock.
    if (offsetMs > LIMIT_MS) {
      const which = range.leastMs > 0 ? 'behind' : 'ahead of'
      const text = `this clock is ${offsetMs} ms ${which} ${venue}'s`
      throw sessionError('CLOCK_OFF', text, 'set the clock, such as by NTP')
    }
    const answer = { askedMs, answeredMs: environment.monotonicMs(), toldMs }
    if (took(answer) < took(quickest)) quickest = answer
  }
  // Only now: the next answer would be compared with a clock that is half set right.
  environment.told(quickest.toldMs, quickest.askedMs, abilities.clockStepMs, quickest.answeredMs)
}
