/** What a simulation is asked for on the command line: one line of it reproduces a failure. */

import { parseArgs } from 'node:util'
import { FAULT_KINDS, type FaultKind } from './faults.ts'

export interface SimulateOptions {
  readonly seed: number
  /** Only these kinds of faults; null for those the seed draws. */
  readonly only: readonly FaultKind[] | null
  readonly without: readonly FaultKind[]
  /** Simulated minutes under faults. */
  readonly minutes: number
}

export interface RunnerOptions extends Omit<SimulateOptions, 'seed'> {
  readonly from: number
  readonly seeds: number
  /** Ends with the first failing seed. */
  readonly bail: boolean
  readonly json: boolean
  /** Prints each seed's journal and exchange. */
  readonly trace: boolean
}

export const MINUTES = 15

/** The command that runs this seed again. */
export function commandOf({ seed, only, without, minutes }: SimulateOptions): string {
  const parts = [`npm run simulate -- --from ${seed} --seeds 1`]
  if (only !== null) parts.push(`--only ${only.join(',')}`)
  if (without.length > 0) parts.push(`--without ${without.join(',')}`)
  if (minutes !== MINUTES) parts.push(`--minutes ${minutes}`)
  return parts.join(' ')
}

/** Throws with one clear line. */
export function parseOptions(args: readonly string[]): RunnerOptions {
  const string = { type: 'string' } as const
  const boolean = { type: 'boolean' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ from: string, seeds: string, only: string, without: string, minutes: string },
      ...{ bail: boolean, json: boolean, trace: boolean },
    },
  })
  return {
    from: whole(values.from ?? '1', 'from'),
    seeds: whole(values.seeds ?? '100', 'seeds'),
    only: values.only === undefined ? null : kinds(values.only, 'only'),
    without: kinds(values.without ?? '', 'without'),
    minutes: whole(values.minutes ?? String(MINUTES), 'minutes'),
    bail: values.bail === true,
    json: values.json === true,
    trace: values.trace === true,
  }
}

function whole(text: string, name: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} ${text}: expected a whole number`)
  return value
}

function kinds(text: string, name: string): FaultKind[] {
  const names = text.split(',').filter((one) => one !== '')
  for (const one of names) {
    if (!(FAULT_KINDS as readonly string[]).includes(one)) {
      throw new Error(`--${name} ${one}: no such kind of fault (there are ${FAULT_KINDS.join(', ')})`)
    }
  }
  return names as FaultKind[]
}
