/**
 * What an operator can tell a session: by files in its folder, so that it works from any process, over any file system,
 * and before a session starts. A command is an empty file whose name says everything: making one needs no space on a
 * full disk, and a half-written one can't be.
 */

export const COMMAND_KINDS = ['halt', 'resume', 'close'] as const
export type CommandKind = (typeof COMMAND_KINDS)[number]

export interface Command {
  readonly kind: CommandKind
  /** Of `close`; else null. */
  readonly symbol: string | null
  /** Names the command: the same one is carried out once. */
  readonly id: string
}

/** A folder of a session's, and files beside it. */
export const COMMAND_FOLDER = 'commands'
export const ANSWER_FOLDER = 'answers'
export const STOP_FILE = 'STOP'

/** `close`, `BTC/USD`, `17000-ab` → `17000-ab.close.BTC%2FUSD`. Names sort by time. */
export function commandFileName({ kind, symbol, id }: Command): string {
  return symbol === null ? `${id}.${kind}` : `${id}.${kind}.${encodeURIComponent(symbol).replaceAll('.', '%2E')}`
}

/** Null for a file that is no command. */
export function commandFrom(name: string): Command | null {
  const match = /^(\d{1,16}-[0-9a-f]{1,32})\.([a-z]+)(?:\.([^.]+))?$/.exec(name)
  if (match === null) return null
  const [, id, kind, argument] = match
  if (!(COMMAND_KINDS as readonly string[]).includes(kind!)) return null
  if ((kind === 'close') !== (argument !== undefined)) return null
  try {
    const symbol = argument === undefined ? null : decodeURIComponent(argument)
    return { kind: kind as CommandKind, symbol, id: id! }
  } catch {
    return null
  }
}
