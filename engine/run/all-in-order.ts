/**
 * Waits for all, as `Promise.all` does; of several failures the first in order is thrown, not the first in time, so
 * that the same bad input always gives the same error.
 */
export async function allInOrder<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises)
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}
