/**
 * The clock of a start: compared with the venue's, refused where it is off, and the little that is left set right. A slow
 * answer leaves a range as wide as it was slow, in which a clock two seconds ahead looks right, and would close candles
 * before their time: the venue is asked again until an answer is quick.
 */

import type { ExchangePort } from './exchange.ts'
import { type ClockOffset, certainOffset, measureOffset } from './safety/clock.ts'
import { sessionError } from './session-options.ts'
import { QUICK_MS, type SteadyClock } from './steady-clock.ts'

/** How far the venue's clock may be from ours, ms. */
const LIMIT_MS = 1_000
/** A venue that is slow each time is asked no oftener than this. */
const MOST_ASKED = 5

/** `tell` asks the venue for its time, ms UTC, and throws what the start is to throw. Throws `CLOCK_OFF`. */
export async function setByVenue(
  environment: SteadyClock,
  { venue, abilities }: Pick<ExchangePort, 'venue' | 'abilities'>,
  tell: () => Promise<number>,
): Promise<void> {
  let [leastMs, mostMs] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let asked = 0; asked < MOST_ASKED; asked++) {
    const askedMs = environment.monotonicMs()
    let toldMs = 0
    const range = await measureOffset(environment, async () => (toldMs = await tell()), 1)
    leastMs = Math.max(leastMs, range.leastMs)
    mostMs = Math.min(mostMs, range.mostMs)
    refuseWrong({ leastMs, mostMs }, venue)
    if (environment.monotonicMs() - askedMs > QUICK_MS) continue
    environment.told(toldMs, askedMs, abilities.clockStepMs)
    return
  }
  // Of all that may be, the earliest: who is late decides late, who is early decides on candles that aren't over.
  environment.move(leastMs)
}

/** What isn't certain isn't blamed on the clock. */
function refuseWrong(range: ClockOffset, venue: string): void {
  const offsetMs = Math.round(certainOffset(range))
  if (offsetMs <= LIMIT_MS) return
  const text = `this clock is ${offsetMs} ms ${range.leastMs > 0 ? 'behind' : 'ahead of'} ${venue}'s`
  throw sessionError('CLOCK_OFF', text, 'set the clock, such as by NTP')
}
