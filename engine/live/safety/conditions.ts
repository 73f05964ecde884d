/**
 * What a session may do, and why: ACTIVE, REDUCING (only orders that lower exposure), HALTED (the same, and the session
 * takes no new risk until somebody looked). The state is the worst of all conditions that hold. A latched condition stays until an
 * operator resumes; any other goes when its cause does.
 */

import type { SafetyState } from '../ports.ts'

export interface Condition {
  /** Names the cause: `STALE_FEED`, `HALT_COMMAND`, … One condition a key. */
  readonly key: string
  readonly level: 'REDUCING' | 'HALTED'
  readonly why: string
  readonly sinceMs: number
  readonly latched: boolean
}

/** One symbol's own: it takes only orders that lower exposure. */
export interface SymbolCondition {
  readonly symbol: string
  readonly key: string
  readonly why: string
  readonly sinceMs: number
  readonly latched: boolean
}

/** What changed, for the journal and the alerts. */
export type SafetyEvent =
  | { readonly kind: 'raised'; readonly condition: Condition; readonly state: SafetyState }
  | { readonly kind: 'cleared'; readonly condition: Condition; readonly state: SafetyState; readonly by: string }
  | { readonly kind: 'symbol-raised'; readonly condition: SymbolCondition }
  | { readonly kind: 'symbol-cleared'; readonly condition: SymbolCondition; readonly by: string }
  | { readonly kind: 'warning'; readonly key: string; readonly why: string; readonly atMs: number }

export interface ConditionsSnapshot {
  readonly conditions: readonly Condition[]
  readonly symbols: readonly SymbolCondition[]
}

const RANK: Readonly<Record<SafetyState, number>> = { ACTIVE: 0, REDUCING: 1, HALTED: 2 }

export class Conditions {
  private readonly held = new Map<string, Condition>()
  private readonly bySymbol = new Map<string, SymbolCondition>()
  private readonly tell: (event: SafetyEvent) => void

  /** `tell` hears of every change, once it is in force. */
  constructor(tell: (event: SafetyEvent) => void) {
    this.tell = tell
  }

  get state(): SafetyState {
    let worst: SafetyState = 'ACTIVE'
    for (const { level } of this.held.values()) if (RANK[level] > RANK[worst]) worst = level
    return worst
  }

  /** In the order in which they came to be. */
  get all(): readonly Condition[] {
    return [...this.held.values()]
  }

  get symbols(): readonly SymbolCondition[] {
    return [...this.bySymbol.values()]
  }

  /** Raising one that holds already does nothing, unless it gets worse or becomes latched. */
  raise(condition: Condition): void {
    const before = this.held.get(condition.key)
    if (before !== undefined && !isWorse(condition, before)) return
    this.held.set(condition.key, before === undefined ? condition : { ...condition, sinceMs: before.sinceMs })
    this.tell({ kind: 'raised', condition, state: this.state })
  }

  /** The cause is gone. A latched condition stays. */
  clear(key: string, by: string): void {
    const condition = this.held.get(key)
    if (condition === undefined || condition.latched) return
    this.drop(condition, by)
  }

  /** An operator's word: latched conditions go, those whose cause remains stay. Returns what went. */
  resume(by: string): readonly string[] {
    const latched = this.all.filter(({ latched }) => latched)
    for (const condition of latched) this.drop(condition, by)
    const symbols = this.symbols.filter(({ latched }) => latched)
    for (const condition of symbols) this.dropSymbol(condition, by)
    return [...latched.map(({ key }) => key), ...symbols.map(({ key, symbol }) => `${key} ${symbol}`)]
  }

  raiseSymbol(condition: SymbolCondition): void {
    const id = idOf(condition)
    if (this.bySymbol.has(id)) return
    this.bySymbol.set(id, condition)
    this.tell({ kind: 'symbol-raised', condition })
  }

  clearSymbol(symbol: string, key: string, by: string): void {
    const condition = this.bySymbol.get(idOf({ symbol, key }))
    if (condition === undefined || condition.latched) return
    this.dropSymbol(condition, by)
  }

  /** The first of a symbol's own conditions, or null. */
  symbol(symbol: string): SymbolCondition | null {
    return this.symbols.find((condition) => condition.symbol === symbol) ?? null
  }

  warn(key: string, why: string, atMs: number): void {
    this.tell({ kind: 'warning', key, why, atMs })
  }

  snapshot(): ConditionsSnapshot {
    return { conditions: this.all, symbols: this.symbols }
  }

  /** What held when the session ended holds again, untold: it is in the journal. */
  restore({ conditions, symbols }: ConditionsSnapshot): void {
    for (const condition of conditions) this.held.set(condition.key, condition)
    for (const condition of symbols) this.bySymbol.set(idOf(condition), condition)
  }

  private drop(condition: Condition, by: string): void {
    this.held.delete(condition.key)
    this.tell({ kind: 'cleared', condition, state: this.state, by })
  }

  private dropSymbol(condition: SymbolCondition, by: string): void {
    this.bySymbol.delete(idOf(condition))
    this.tell({ kind: 'symbol-cleared', condition, by })
  }
}

function idOf({ symbol, key }: { readonly symbol: string; readonly key: string }): string {
  return `${key} ${symbol}`
}

function isWorse(next: Condition, before: Condition): boolean {
  return RANK[next.level] > RANK[before.level] || (next.latched && !before.latched)
}
