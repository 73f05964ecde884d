/**
 * The second confirmation. What trades or promotes is first described; the answer is a token for exactly that action,
 * which is good once, for a minute, and for nobody who asks for anything else.
 */

import { createHash, randomBytes } from 'node:crypto'
import { TandemError } from '../../core/errors.ts'
import { canonicalJson } from '../../run/canonical.ts'

const VALID_MS = 60_000
const OPEN_MAX = 64

export interface Confirmation {
  readonly confirmation: string
  readonly validMs: number
}

interface Open {
  readonly action: string
  readonly untilMs: number
}

export class Confirmations {
  private readonly now: () => number
  private readonly open = new Map<string, Open>()

  constructor(now: () => number) {
    this.now = now
  }

  /** A token for `action` with exactly `content`. */
  issue(action: string, content: unknown): Confirmation {
    const token = randomBytes(24).toString('base64url')
    this.open.set(token, { action: hashOf(action, content), untilMs: this.now() + VALID_MS })
    for (const key of this.open.keys()) {
      if (this.open.size <= OPEN_MAX) break
      this.open.delete(key)
    }
    return { confirmation: token, validMs: VALID_MS }
  }

  /** Uses a token up. Throws `NOT_CONFIRMED` where it is missing, used, too old or for something else. */
  redeem(token: string | undefined, action: string, content: unknown): void {
    const open = token === undefined ? undefined : this.open.get(token)
    if (token !== undefined) this.open.delete(token)
    if (open === undefined) throw this.refusal('this needs a second confirmation', action)
    if (this.now() > open.untilMs) throw this.refusal('the confirmation is older than a minute', action)
    if (open.action !== hashOf(action, content)) throw this.refusal('what was confirmed is not what is asked', action)
  }

  private refusal(message: string, where: string): TandemError {
    return new TandemError(message, { code: 'NOT_CONFIRMED', where, hint: 'look at it again and confirm it' })
  }
}

function hashOf(action: string, content: unknown): string {
  return createHash('sha256')
    .update(canonicalJson([action, content]))
    .digest('hex')
}
