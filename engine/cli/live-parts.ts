/** What commands that trade at venues are handed: the clock, and how accounts are opened. */

import type { OpenAccount } from '../run/venue-accounts/open.ts'

/** Opens with the user's keys, asking for the passphrase where there is somebody to ask. */
export async function liveParts(confirmed: boolean) {
  const [{ accountOpener }, { wallEnvironment: environment }, { askSecret }] = await Promise.all([
    import('../run/venue-accounts/open.ts'),
    import('../run/environment.ts'),
    import('./ask-secret.ts'),
  ])
  const ask = () => askSecret('passphrase of the key file: ')
  const open: OpenAccount = accountOpener({ environment, ask, trades: true, confirmed })
  return { open, environment }
}
