/**
 * Memory that nobody refers to any more goes back to the system at once: shared memory as large as many columns would
 * otherwise lie there until V8's own heap, which is small beside it, gets full.
 */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects garbage of the calling thread: at the end of a stage, or once in hundreds of trials. Takes some ms. */
export function collectMemory(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('globalThis.gc') as (() => void) | undefined
  setFlagsFromString('--no-expose-gc')
  collect?.()
}
