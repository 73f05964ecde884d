/** What many simulations came to, added up. */

import { FAULT_KINDS, type FaultKind } from './faults.ts'
import type { SimulationResult } from './simulate.ts'

const YEAR_MS = 365.25 * 86_400_000

export class Tally {
  seeds = 0
  readonly failing: number[] = []
  readonly counts = new Map<FaultKind, number>()
  private simulatedMs = 0
  private readonly sums: Record<string, number> = {}

  add(result: SimulationResult): void {
    this.seeds += 1
    this.simulatedMs += result.simulatedMs
    if (result.violations.length > 0) this.failing.push(result.seed)
    for (const [kind, count] of result.counts) this.counts.set(kind, (this.counts.get(kind) ?? 0) + count)
    for (const [name, count] of Object.entries(result.sums)) this.sums[name] = (this.sums[name] ?? 0) + count
  }

  get summary() {
    return {
      seeds: this.seeds,
      failing: this.failing,
      simulatedMs: this.simulatedMs,
      sums: this.sums,
      kinds: FAULT_KINDS.filter((kind) => this.counts.has(kind)).length,
      counts: Object.fromEntries(this.counts),
    }
  }

  line(seconds: number): string {
    const sums = Object.entries(this.sums).map(([name, count]) => `${count} ${name}`)
    const { kinds } = this.summary
    return [
      `${this.seeds} seeds in ${seconds.toFixed(1)} s, ${(this.seeds / seconds).toFixed(1)} a second`,
      `${(this.simulatedMs / YEAR_MS).toFixed(3)} simulated years`,
      `${kinds} kinds of faults fired`,
      ...sums,
      `${this.failing.length} failing`,
    ].join('; ')
  }
}
