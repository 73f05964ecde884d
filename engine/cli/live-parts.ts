/** What commands that act on accounts at venues are handed: the clock, and how accounts are opened. */

import type { OpenOptions } from '../run/venue-accounts/open.ts'

/** Opens with the user's keys, asking for the passphrase where there is somebody to ask. */
export async function liveParts(how: Pick<OpenOptions, 'purpose' | 'confirmed'>) {
  const [{ accountOpener }, { realEnvironment: environment }, { askSecret }] = await Promise.all([
    import('../run/venue-accounts/open.ts'),
    import('../run/live/clocks.ts'),
    import('./ask-secret.ts'),
  ])
  const ask = () => askSecret('passphrase of the key file: ')
  return { open: accountOpener({ environment, ask, ...how }), environment }
}
