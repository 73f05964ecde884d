/**
 * Whether a session may trade, from its journal: what halted it, and the safety conditions that hold. A halt by the
 * operator is a condition like any other; it outlives the session's process, until somebody resumes.
 */

import { type Body, bodyOf, textIn } from './record.ts'

/** Under this code a journal keeps safety events (kind ASSUMED). */
export const SAFETY_CODE = 'SAFETY'

/** `reducing` and `halted`: only orders that lower exposure leave. */
export type SessionState = 'active' | 'reducing' | 'halted' | 'closed' | 'starting'

interface Held {
  readonly level: string | null
  readonly why: string | null
  readonly latched: boolean
}

/** Conditions that are kept apart; a session has a handful. */
const CONDITIONS_MAX = 100

export class SafetyStanding {
  private life: 'starting' | 'running' | 'closed' = 'starting'
  /** By what name and why the session itself stopped; null where it hasn't. */
  private halt: { readonly code: string | null; readonly why: string } | null = null
  private readonly conditions = new Map<string, Held>()

  get state(): SessionState {
    if (this.life !== 'running') return this.life
    const { worst } = this
    if (this.halt !== null || worst?.level === 'HALTED') return 'halted'
    return worst === null ? 'active' : 'reducing'
  }

  /** Null where everything may leave. */
  get reason(): string | null {
    return this.halt?.why ?? this.worst?.why ?? null
  }

  take(kind: string, body: Body): void {
    if (kind === 'OPEN') this.opened()
    else if (kind === 'CLOSE') this.life = 'closed'
    else if (kind === 'HALT') this.halted(textIn(body, 'code'), textIn(body, 'text'))
    else if (kind === 'RESUME') this.halt = null
    else if (kind === 'ASSUMED' && body['code'] === SAFETY_CODE) this.changed(bodyOf(body['event']))
  }

  /** What has a cause of its own comes back by itself in the new process; what is latched is still there. */
  private opened(): void {
    this.life = 'running'
    for (const [key, { latched }] of this.conditions) if (!latched) this.conditions.delete(key)
  }

  private halted(code: string | null, text: string | null): void {
    this.halt = { code, why: text ?? code ?? 'it does not say why' }
  }

  private changed(event: Body): void {
    const condition = bodyOf(event['condition'])
    const key = textIn(condition, 'key')
    if (key === null) return
    if (event['kind'] === 'cleared') {
      this.conditions.delete(key)
      if (this.halt?.code === key) this.halt = null
    } else if (event['kind'] === 'raised' && this.conditions.size < CONDITIONS_MAX) {
      const { latched } = condition
      this.conditions.set(key, {
        level: textIn(condition, 'level'),
        why: textIn(condition, 'why'),
        latched: latched === true,
      })
    }
  }

  private get worst(): Held | null {
    const all = [...this.conditions.values()]
    return all.find(({ level }) => level === 'HALTED') ?? all[0] ?? null
  }
}
