/**
 * The six gates (RULES C1) looked at one by one: each is asked alone, by the same code that decides, with what it
 * remembered at that moment. Those behind the first refusal weren't asked in the run, and are marked so.
 */

import { EntryGates, type GateConfig, type GateRequest, type GateSnapshot } from '../../rules/gates.ts'
import type { Skip } from '../../rules/sizing.ts'
import { spanText, timeText } from './words.ts'

export interface GateLook {
  /** 1 to 6, in the order in which they are asked. */
  readonly number: number
  readonly gate: keyof GateConfig
  /** `behind`: an earlier gate had refused already. */
  readonly state: 'off' | 'passed' | 'refused' | 'behind'
  /** What it asks and what it found, in words. */
  readonly text: string
  readonly refusal: Skip | null
}

const ORDER: readonly (keyof GateConfig)[] = [
  'entryInterval',
  'entriesPerWindow',
  'positions',
  'quality',
  'averagingDown',
  'reEntry',
]

/** Looks at every gate. `held` in the request is signed, in base. */
export function lookAtGates(config: GateConfig, memory: GateSnapshot, request: GateRequest): GateLook[] {
  let refused = false
  return ORDER.map((gate, i) => {
    const text = WORDS[gate](config, memory, request)
    const look = { number: i + 1, gate, text, refusal: null }
    if (!config[gate].on) return { ...look, state: 'off' as const, text: NAMES[gate] }
    if (refused) return { ...look, state: 'behind' as const }
    const alone = new EntryGates(only(config, gate))
    alone.restore(memory)
    const refusal = alone.check(request)
    if (refusal === null) return { ...look, state: 'passed' as const }
    refused = true
    return { ...look, state: 'refused' as const, refusal }
  })
}

function only(config: GateConfig, gate: keyof GateConfig): GateConfig {
  const off = Object.fromEntries(ORDER.map((name) => [name, { ...config[name], on: name === gate }]))
  return off as unknown as GateConfig
}

const NAMES: Readonly<Record<keyof GateConfig, string>> = {
  entryInterval: 'time since the last entry',
  entriesPerWindow: 'entries in the last minute',
  positions: 'open positions',
  quality: 'quality of the signal',
  averagingDown: 'no averaging down',
  reEntry: 'no automatic re-entry',
}

type Words = (config: GateConfig, memory: GateSnapshot, request: GateRequest) => string

const WORDS: Readonly<Record<keyof GateConfig, Words>> = {
  entryInterval: ({ entryInterval }, { approvals }, { atMs }) => {
    const last = approvals.at(-1)
    const least = `${spanText(entryInterval.ms)} at least`
    return last === undefined ? `no entry so far, ${least}` : `last entry ${spanText(atMs - last)} ago, ${least}`
  },
  entriesPerWindow: ({ entriesPerWindow: { limit, windowMs } }, { approvals }, { atMs }) => {
    const count = approvals.filter((one) => one >= atMs - windowMs).length
    return `${count} of ${limit} entries in the last ${spanText(windowMs)}`
  },
  positions: ({ positions: { limit } }, _memory, { openPositions, pendingEntries }) =>
    `${openPositions} open and ${pendingEntries} on the way, at most ${limit} together`,
  quality: ({ quality: { minimum } }, _memory, { quality }) =>
    quality === null ? `the signal has none, at least ${minimum}` : `quality ${quality}, at least ${minimum}`,
  averagingDown: (_config, _memory, { held, side }) =>
    held * side > 0 ? `${Math.abs(held)} held already, never add` : 'nothing held of it',
  reEntry: ({ entryInterval: { ms } }, { ended }, { instrument }) => {
    const last = ended.find(([id]) => id === instrument)?.[1]
    return last === undefined
      ? 'no exit from it so far'
      : `last exit from it ${timeText(last)}, again from ${timeText(last + ms)}`
  },
}
