/** A run's directory as `tandem backtest` leaves it, read back. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import type { Instrument } from '../../core/instrument.ts'
import type { RunDigests } from '../../core/result.ts'
import { allInOrder } from '../all-in-order.ts'
import { loadConfig, type ResolvedConfig } from '../config/index.ts'
import type { RunHeader } from '../header.ts'
import { kindOf } from '../market.ts'

export interface RunFolder {
  readonly runId: string
  readonly config: ResolvedConfig
  readonly digest: RunDigests
  readonly dataHash: string
  readonly strategyHash: string
  /** Null where the run was written without them. */
  readonly units: RunHeader['units'] | null
  readonly decisions: Uint8Array
  readonly outcomes: Uint8Array
}

interface Summary extends Omit<RunFolder, 'config' | 'decisions' | 'outcomes' | 'units'> {
  readonly units?: RunHeader['units']
  readonly accounts?: readonly { readonly account: string }[]
}

/** Reads a run. Throws `NO_RUN` where the folder or one of its files is missing or damaged. */
export async function readRunFolder(folder: string): Promise<RunFolder> {
  await refuseWhole(folder)
  const [text, decisions, outcomes] = await allInOrder(
    ['summary.json', 'decisions.bin', 'outcomes.bin'].map((name) => readPart(folder, name)),
  )
  const { runId, digest, dataHash, strategyHash, units } = parseSummary(text!, folder)
  const config = loadConfig(join(folder, 'config.yaml'))
  return {
    runId,
    digest,
    dataHash,
    strategyHash,
    units: units ?? null,
    config,
    decisions: decisions!,
    outcomes: outcomes!,
  }
}

/** The run of several accounts has no records of its own: each account's run has. */
async function refuseWhole(folder: string): Promise<void> {
  const { accounts } = parseSummary(await readPart(folder, 'summary.json'), folder)
  if (accounts === undefined || accounts.length === 0) return
  throw new TandemError(`this run has several accounts: ${accounts.map(({ account }) => account).join(', ')}`, {
    code: 'SEVERAL_ACCOUNTS',
    where: folder,
    hint: `name one, such as ${join(folder, 'accounts', accounts[0]!.account)}`,
  })
}

async function readPart(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name))
  } catch (error) {
    throw noRun(folder, `${name} can't be read`, error)
  }
}

function parseSummary(bytes: Uint8Array, folder: string): Summary {
  try {
    const summary = JSON.parse(new TextDecoder().decode(bytes)) as Summary
    if (typeof summary.digest?.decisions === 'string') return summary
  } catch (error) {
    throw noRun(folder, 'summary.json is not JSON', error)
  }
  throw noRun(folder, 'summary.json has no digests', null)
}

function noRun(folder: string, message: string, cause: unknown): TandemError {
  return new TandemError(message, {
    code: 'NO_RUN',
    where: folder,
    hint: 'give a directory that tandem backtest has written',
    cause,
  })
}

/** The run's instruments by the units that it was written with; null without them. */
export function instrumentsOf({ config, units }: RunFolder): Instrument[] | null {
  if (units === null) return null
  const found: Instrument[] = []
  // They were written in the order of instruments, which is what records number them by.
  for (const [name, scales] of Object.entries(units)) {
    const id = found.length
    const venue = name.slice(0, name.indexOf(':'))
    const symbol = name.slice(venue.length + 1)
    const [base, quote] = symbol.split('/') as [string, string]
    const kind = kindOf(symbol, config)
    const [pxDec, qtyDec, quoteDec] = scales
    found.push({ id, account: 'main', venue, symbol, base, quote, kind, pxDec, qtyDec, quoteDec })
  }
  return found
}
