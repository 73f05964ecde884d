/** What a session's journal says of why nothing new may be risked: it holds over restarts until somebody lifts it (I6). */

import type { WatchedRecord } from './journal-watch.ts'

interface SafetyBody {
  readonly code?: string
  readonly event?: {
    readonly kind: string
    readonly condition?: { readonly key: string; readonly symbol?: string; readonly latched: boolean }
  }
}

export class HaltWatch {
  /** Conditions of the whole session by key, and whether each outlives its process. */
  private readonly conditions = new Map<string, boolean>()

  /** The first condition that holds; null for none. */
  get held(): string | null {
    return this.conditions.keys().next().value ?? null
  }

  record({ kind, body }: WatchedRecord): void {
    if (kind === 'OPEN') {
      for (const [key, latched] of this.conditions) if (!latched) this.conditions.delete(key)
    }
    const { code, event } = body as SafetyBody
    if (kind !== 'ASSUMED' || code !== 'SAFETY' || event?.condition === undefined) return
    const { key, latched } = event.condition
    if (event.kind === 'raised') this.conditions.set(key, latched)
    else if (event.kind === 'cleared') this.conditions.delete(key)
  }
}
