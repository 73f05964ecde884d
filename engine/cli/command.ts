/** What a file in commands/ exports: its positionals and options in yargs' terms, and what it does. */

import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs'
import type { Output } from './output.ts'
import type { Services } from './services.ts'

/** Options that every command has. */
export const SHARED_OPTIONS = {
  json: { type: 'boolean', default: false, describe: 'print one JSON document, and nothing else' },
  store: { type: 'string', default: 'datasets/store', requiresArg: true, describe: 'where candles are kept' },
  runs: { type: 'string', default: 'runs', requiresArg: true, describe: 'where runs are written' },
} as const satisfies Record<string, Options>

/** 0 done, 1 the answer is no. What could not be carried out is thrown. */
export type CommandResult = 0 | 1

export interface CommandDefinition<P extends Record<string, PositionalOptions>, O extends Record<string, Options>> {
  /** Positionals as yargs writes them: `<config>`, `[name]`, or nothing. */
  readonly positionals: string
  readonly positionalOptions: P
  readonly options: O
  run(
    args: InferredOptionTypes<P> & InferredOptionTypes<O> & InferredOptionTypes<typeof SHARED_OPTIONS>,
    output: Output,
    services: Services,
  ): Promise<CommandResult>
}

/** A command with its argument types forgotten, as the dispatcher calls it. */
export type Command = CommandDefinition<Record<string, PositionalOptions>, Record<string, Options>>

/** Types a command: `args` follows from the positionals and options. The dispatcher has checked them by then. */
export function defineCommand<
  const P extends Record<string, PositionalOptions>,
  const O extends Record<string, Options>,
>(definition: CommandDefinition<P, O>): Command {
  return definition as unknown as Command
}
