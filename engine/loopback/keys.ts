/** The exchange's API keys: whose account, which rights, which nonce came last. Secrets never leave this room. */

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a key may do. */
export const RIGHTS = ['query', 'trade', 'withdraw'] as const
export type Right = (typeof RIGHTS)[number]

export interface KeySetup {
  readonly name: string
  readonly account: string
  readonly key: string
  /** base64 */
  readonly secret: string
  readonly rights: readonly Right[]
  /** How far below the last nonce one may be; 0 for none. */
  readonly nonceWindow: number
}

export class ApiKey {
  readonly setup: KeySetup
  /** Highest nonce accepted; and those within the window that were used. */
  lastNonce = -1n
  private recent: bigint[] = []

  constructor(setup: KeySetup) {
    this.setup = setup
  }

  has(right: Right): boolean {
    return this.setup.rights.includes(right)
  }

  /** Takes a nonce; false where it isn't above the last one, or was used before inside the window. */
  take(nonce: bigint): boolean {
    const window = BigInt(this.setup.nonceWindow)
    if (nonce <= this.lastNonce - window || (nonce <= this.lastNonce && window === 0n)) return false
    if (this.recent.includes(nonce)) return false
    if (nonce > this.lastNonce) this.lastNonce = nonce
    if (window > 0n) this.recent = [...this.recent, nonce].filter((one) => one > this.lastNonce - window)
    return true
  }
}

export class KeyRing {
  readonly all: readonly ApiKey[]
  private readonly byKey: ReadonlyMap<string, ApiKey>

  constructor(setups: readonly KeySetup[]) {
    this.all = setups.map((one) => new ApiKey(one))
    this.byKey = new Map(this.all.map((one) => [one.setup.key, one]))
  }

  find(key: string | undefined): ApiKey | null {
    return this.byKey.get(key ?? '') ?? null
  }
}

/** `base64( HMAC-SHA512( base64decode(secret), path || SHA256(nonce || body) ) )` (docs.kraken.com, authentication). */
export function spotSignature(secret: string, path: string, nonce: string, body: string): string {
  const hash = createHash('sha256').update(`${nonce}${body}`).digest()
  return createHmac('sha512', Buffer.from(secret, 'base64')).update(path).update(hash).digest('base64')
}

/** The same with SHA256(postData || nonce || path), as Kraken Futures signs. */
export function futuresSignature(secret: string, path: string, nonce: string, data: string): string {
  const hash = createHash('sha256').update(`${data}${nonce}${path}`).digest()
  return createHmac('sha512', Buffer.from(secret, 'base64')).update(hash).digest('base64')
}

/** Whether two signatures are the same, without telling how far they agree. */
export function sameSignature(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}

/** A key of its own for an account. */
export function generateKey(name: string, account: string, rights: readonly Right[]): KeySetup {
  const key = randomBytes(42).toString('base64')
  return { name, account, key, secret: randomBytes(64).toString('base64'), rights, nonceWindow: 0 }
}
