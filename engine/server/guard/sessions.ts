/**
 * Who is signed in. Every start has its own random tokens: a one-time address for the browser, exchanged for a cookie that
 * scripts can't read and other sites can't send. Nothing of this is written anywhere.
 */

import { createHash, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'

/** Sessions that are open at most; the oldest goes when one more signs in. */
const SESSIONS_MAX = 32
const LAUNCHES_MAX = 16
/** Wrong tokens or passwords in a minute, after which all are refused until the minute is over. */
const FAILURES_MAX = 10
const MINUTE_MS = 60_000

export type SignIn = { readonly session: string } | { readonly refused: 'wrong' | 'too many' }

export class Sessions {
  readonly cookieName: string
  private readonly password: { readonly salt: Uint8Array; readonly hash: Uint8Array } | null
  private readonly secure: boolean
  private readonly now: () => number
  /** SHA-256 of what is out there, so that nothing in memory is a key. */
  private readonly launches: string[] = []
  private readonly open: string[] = []
  private failures: number[] = []

  constructor(options: { port: number; secure: boolean; password: string | null; now: () => number }) {
    this.secure = options.secure
    this.now = options.now
    // Cookies don't tell ports apart: each server has a name of its own.
    this.cookieName = options.secure ? '__Host-tandem' : `tandem-${options.port}`
    const salt = randomBytes(16)
    this.password = options.password === null ? null : { salt, hash: scryptSync(options.password, salt, 32) }
  }

  get needsPassword(): boolean {
    return this.password !== null
  }

  /** A token that opens one session. */
  launch(): string {
    const token = randomBytes(32).toString('base64url')
    this.launches.push(digest(token))
    if (this.launches.length > LAUNCHES_MAX) this.launches.shift()
    return token
  }

  /** A one-time token, or the password where the server has one. */
  signIn(secret: string): SignIn {
    const now = this.now()
    this.failures = this.failures.filter((at) => now - at < MINUTE_MS)
    if (this.failures.length >= FAILURES_MAX) return { refused: 'too many' }
    if (!(this.password === null ? this.redeem(secret) : this.isPassword(secret))) {
      this.failures.push(now)
      return { refused: 'wrong' }
    }
    const session = randomBytes(32).toString('base64url')
    this.open.push(digest(session))
    if (this.open.length > SESSIONS_MAX) this.open.shift()
    return { session }
  }

  /** Whether the Cookie header has an open session. */
  isOpen(cookie: string | undefined): boolean {
    const session = this.sessionOf(cookie)
    return session !== null && indexOf(this.open, session) >= 0
  }

  /** The Set-Cookie header of a session. */
  cookieOf(session: string): string {
    return `${this.cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/${this.secure ? '; Secure' : ''}`
  }

  /** Null for none, and for two of the name: one of them is not from here. */
  private sessionOf(cookie: string | undefined): string | null {
    const found = (cookie ?? '')
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part.startsWith(`${this.cookieName}=`))
      .map((part) => part.slice(this.cookieName.length + 1))
    return found.length === 1 ? found[0]! : null
  }

  private redeem(token: string): boolean {
    const at = indexOf(this.launches, token)
    if (at >= 0) this.launches.splice(at, 1)
    return at >= 0
  }

  private isPassword(secret: string): boolean {
    const { salt, hash } = this.password!
    return timingSafeEqual(scryptSync(secret, salt, 32), hash)
  }
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Where a secret's digest stands; each is compared in constant time. */
function indexOf(digests: readonly string[], secret: string): number {
  const wanted = Buffer.from(digest(secret))
  return digests.findIndex((one) => timingSafeEqual(Buffer.from(one), wanted))
}
