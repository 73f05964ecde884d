/** When faults fire: each kind draws from the seed by itself, so that one kind's draws don't shift another's. */

import { TandemError } from '../../core/errors.ts'
import { seededUniform, type Uniform, wholeBelow } from '../../core/random.ts'
import { FAULT_KINDS, FAULT_NAMES, type FaultName, type FaultRates } from './kinds.ts'

export class Faults {
  private rates: FaultRates
  private readonly seed: number
  private readonly uniforms = new Map<string, Uniform>()
  private readonly fired = new Map<FaultName, number>()

  constructor(rates: FaultRates, seed: number) {
    this.rates = rates
    this.seed = seed
  }

  /** Whether a fault fires on this occasion; counted. */
  fires(name: FaultName): boolean {
    if (!this.draws(name)) return false
    this.note(name)
    return true
  }

  /** As `fires`, not counted: who shows it says so by `note`. */
  draws(name: FaultName): boolean {
    const rate = this.rates[name] ?? 0
    return rate > 0 && this.uniform(name)() < rate
  }

  note(name: FaultName): void {
    this.fired.set(name, (this.fired.get(name) ?? 0) + 1)
  }

  /** One of `items`, by the draws of a kind. */
  pick<T>(name: FaultName, items: readonly T[]): T {
    return items[wholeBelow(this.uniform(`${name}/pick`), items.length)]!
  }

  /** A number of [0, 1) by the draws of a kind. */
  share(name: FaultName): number {
    return this.uniform(`${name}/share`)()
  }

  /** How often each kind has fired, those that can and those that did. */
  counts(): Readonly<Record<string, number>> {
    const shown = FAULT_NAMES.filter((name) => (this.rates[name] ?? 0) > 0 || this.fired.has(name))
    return Object.fromEntries(shown.map((name) => [name, this.fired.get(name) ?? 0]))
  }

  /** Other rates from now on. Throws `UNKNOWN_FAULT`. */
  setRates(rates: Readonly<Record<string, number>>): void {
    this.rates = checkRates(rates)
  }

  private uniform(label: string): Uniform {
    const found = this.uniforms.get(label) ?? seededUniform(this.seed, label)
    this.uniforms.set(label, found)
    return found
  }
}

/** Throws `UNKNOWN_FAULT`. */
export function checkRates(rates: Readonly<Record<string, unknown>>): FaultRates {
  for (const [name, rate] of Object.entries(rates)) {
    if (!(name in FAULT_KINDS)) {
      throw new TandemError(`there is no fault '${name}'`, { code: 'UNKNOWN_FAULT', hint: FAULT_NAMES.join(', ') })
    }
    if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) {
      throw new TandemError(`the rate of ${name} is from 0 to 1`, { code: 'UNKNOWN_FAULT' })
    }
  }
  return rates as FaultRates
}

/** `all`, `all=0.5` (half of their own rates), or `lost-response=0.1,funding=0.01`. Throws `UNKNOWN_FAULT`. */
export function parseFaults(text: string): FaultRates {
  const all = /^all(?:=([\d.]+))?$/.exec(text)
  if (all !== null) {
    const factor = Number(all[1] ?? 1)
    return checkRates(Object.fromEntries(FAULT_NAMES.map((name) => [name, FAULT_KINDS[name].rate * factor])))
  }
  const pairs = text.split(',').map((one) => one.split('=') as [string, string?])
  return checkRates(
    Object.fromEntries(
      pairs.map(([name, rate]) => [
        name.trim(),
        rate === undefined ? (FAULT_KINDS[name.trim() as FaultName]?.rate ?? 0) : Number(rate),
      ]),
    ),
  )
}
