/** A ladder on disk: its document and the run file, in a folder of its own. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { TandemError } from '../core/errors.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import type { ResolvedConfig } from './config/index.ts'
import type { LadderRun } from './ladder.ts'

export const LADDER_FILE = 'ladder.json'
const FORMAT = 'tandem-ladder/1'

/** What `ladder.json` holds and `tandem ladder --json` prints. */
export interface LadderDocument extends LadderRun {
  readonly format: typeof FORMAT
  readonly name: string
  readonly quote: string
  readonly strategy: { readonly name: string; readonly params: unknown }
  readonly venue: string
  readonly symbols: readonly string[]
  readonly timeframe: string
  readonly profile: string
  /** The command that makes it again, from the folder's own run file. */
  readonly command: string
  readonly configText: string
}

/** The document of a ladder that will lie in `folder`. */
export function ladderDocument(config: ResolvedConfig, ladder: LadderRun, folder: string): LadderDocument {
  const equities = ladder.rungs.map(({ equity }) => equity).join(',')
  return {
    format: FORMAT,
    name: config.name,
    quote: config.account.quote,
    strategy: {
      name: 'name' in config.strategy ? config.strategy.name : config.strategy.file,
      params: ladder.params,
    },
    venue: config.data.venue,
    symbols: config.data.symbols,
    timeframe: config.data.timeframe,
    profile: config.account.profile,
    ...ladder,
    command: `tandem ladder ${join(folder, 'config.yaml')} --equities ${equities}`,
    configText: stringify(config),
  }
}

/** Where a ladder goes that names no folder: by its name and what it depends on. */
export function defaultLadderFolder(runs: string, config: ResolvedConfig, ladder: LadderRun): string {
  const slug = config.name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|-+$/g, '')
  const id = sha256Hex(canonicalJson([ladder.hashes, ladder.rungs.map(({ equity }) => equity)]))
  return join(runs, `${slug === '' ? 'ladder' : slug}-ladder-${id.slice(0, 10)}`)
}

/** A ladder replaces only a ladder. Throws `NO_LADDER_FOLDER` where something else is there. */
export function checkLadderFolder(folder: string): void {
  if (!existsSync(folder)) return
  const names = namesIn(folder)
  if (names.length === 0 || names.includes(LADDER_FILE)) return
  throw noLadder(folder, 'this folder has other files than those of a ladder', 'name a new folder, or an empty one')
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    throw noLadder(folder, 'this is no folder', 'name a new folder')
  }
}

/** Reads a ladder's document. Throws `NO_LADDER_FOLDER`. */
export function readLadder(folder: string): LadderDocument {
  const hint = 'name a folder that tandem ladder has written'
  let document: Partial<LadderDocument>
  try {
    document = JSON.parse(readFileSync(join(folder, LADDER_FILE), 'utf8')) as Partial<LadderDocument>
  } catch {
    throw noLadder(folder, `${LADDER_FILE} can't be read`, hint)
  }
  if (document.format !== FORMAT || !Array.isArray(document.rungs)) throw noLadder(folder, 'this is no ladder', hint)
  return document as LadderDocument
}

function noLadder(where: string, message: string, hint: string): TandemError {
  return new TandemError(message, { code: 'NO_LADDER_FOLDER', where, hint })
}
