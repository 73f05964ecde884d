/** From words to a command: find it, load it alone, parse its options with yargs, run it, turn errors into one line. */

import yargs from 'yargs'
import { TandemError } from '../core/errors.ts'
import { suggestion } from '../run/suggest.ts'
import { type Command, SHARED_OPTIONS } from './command.ts'
import { COMMANDS, type CommandEntry, overviewText } from './commands.ts'
import { reportError } from './exit.ts'
import { createOutput, type TextSink } from './output.ts'
import type { Services } from './services.ts'

export interface Surroundings {
  readonly stdout: TextSink
  readonly stderr: TextSink
  readonly services: Services
}

/** Carries out `words` (without node and script) and returns the exit code: 0, 1 or 2. Never throws. */
export async function dispatch(words: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    if (words[0] === 'completion' && words[1] === '--words') {
      // The shell's own question: its words may look like options, and aren't ours.
      const { completions } = await import('./complete.ts')
      surroundings.stdout.write((await completions(words.slice(2))).map((one) => `${one}\n`).join(''))
      return 0
    }
    const asked = words[0] === 'help' ? [...words.slice(1), '--help'] : words
    const group = groupOf(asked)
    if (group !== null && (asked[1] === '--help' || asked[1] === '-h')) {
      surroundings.stdout.write(overviewText(group))
      return 0
    }
    const { entry, rest } = findCommand(asked)
    const { command } = await entry.load()
    const parsed = await parse(entry, command, rest)
    if (parsed.help !== null) {
      surroundings.stdout.write(`${parsed.help}\n`)
      return 0
    }
    const output = createOutput(parsed.args['json'] === true, surroundings.stdout, surroundings.stderr)
    return await command.run(parsed.args as never, output, surroundings.services)
  } catch (error) {
    return reportError(error, surroundings.stderr)
  }
}

/** `data` where a command of two words begins so. */
function groupOf(words: readonly string[]): string | null {
  const [first] = words
  return COMMANDS.some(({ name }) => name.startsWith(`${first} `)) ? first! : null
}

function usageError(message: string, hint: string, where?: string): TandemError {
  return new TandemError(message, { code: 'USAGE', hint, ...(where === undefined ? {} : { where }) })
}

function findCommand(words: readonly string[]): { entry: CommandEntry; rest: readonly string[] } {
  for (const length of [2, 1]) {
    const entry = COMMANDS.find(({ name }) => name === words.slice(0, length).join(' '))
    if (entry !== undefined) return { entry, rest: words.slice(length) }
  }
  const [first, second] = words
  if (first?.startsWith('-')) throw usageError(`'${first}' stands before any command`, 'see tandem --help')
  const group = groupOf(words)
  if (group !== null) {
    const members = COMMANDS.map(({ name }) => name).filter((name) => name.startsWith(`${group} `))
    const missing = second === undefined || second.startsWith('-')
    const written = missing ? group : `${group} ${second}`
    throw usageError(
      missing ? `'${group}' needs a second word` : `there is no command '${written}'`,
      suggestion(written, members),
    )
  }
  const names = [...new Set(COMMANDS.map(({ name }) => (name.split(' ')[0] === name ? name : name.split(' ')[0]!)))]
  throw usageError(`there is no command '${first}'`, suggestion(first!, names))
}

interface Parsed {
  readonly args: Readonly<Record<string, unknown>>
  /** The help text where it was asked for. */
  readonly help: string | null
}

async function parse(entry: CommandEntry, command: Command, rest: readonly string[]): Promise<Parsed> {
  const options = { ...SHARED_OPTIONS, ...command.options }
  const store = process.env['TANDEM_STORE']
  const parser = yargs()
    .scriptName(`tandem ${entry.name}`)
    .locale('en')
    .parserConfiguration({ 'dot-notation': false, 'boolean-negation': false, 'parse-positional-numbers': false })
    .command(['$0', command.positionals].join(' ').trim(), entry.summary, (inner) => {
      for (const [name, option] of Object.entries(command.positionalOptions)) inner.positional(name, option)
      inner.options(options)
      if (store !== undefined && store !== '') inner.default('store', store)
      for (const example of entry.examples) inner.example(example, '')
      return inner
    })
    .version(false)
    .alias('help', 'h')
    .strict()
    .wrap(100)
    .exitProcess(false)
  let help: string | null = null
  let args: Record<string, unknown> = {}
  // With a callback yargs neither prints nor exits.
  await parser.parseAsync([...rest], {}, (error, argv, text) => {
    if (error) throw explain(error.message, entry, command.positionals, options)
    args = argv as Record<string, unknown>
    if (text !== '') help = text
  })
  if (help === null) checkValues(args, options, entry)
  return { args, help }
}

/** yargs' words for a fault, made into ours, with the option that was probably meant. */
function explain(
  message: string,
  { name: where }: CommandEntry,
  positionals: string,
  options: Readonly<Record<string, unknown>>,
): TandemError {
  const help = `see tandem ${where} --help`
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)
  if (unknown !== null) {
    const name = unknown[1]!
    const isOption = /^[a-z][\w-]*$/i.test(name)
    const hint = suggestion(name, Object.keys(options))
    return usageError(`unknown argument '${name}'`, isOption && hint.startsWith('did') ? hint : help, where)
  }
  const missing = /^Missing required arguments?: (.+)/.exec(message)
  if (missing !== null) {
    const names = missing[1]!.split(', ').map((name) => `--${name}`)
    return usageError(`missing ${names.join(', ')}`, help, where)
  }
  if (message.startsWith('Not enough non-option arguments')) {
    return usageError(`missing ${positionals}`, help, where)
  }
  const choice = /^Invalid values:\s+Argument: ([\w-]+), Given: (.*), Choices: (.*)$/m.exec(message)
  if (choice !== null) {
    const [, name, given, choices] = choice
    return usageError(`--${name}: expected one of ${choices!.replaceAll('"', '')}, got ${given}`, help, where)
  }
  return usageError(message.replace(/\s*\n\s*/g, ' '), help, where)
}

interface OptionShape {
  readonly type?: string
  readonly array?: boolean
}

/** What yargs lets pass: an option given twice, a number that is none, an empty text. */
function checkValues(args: Readonly<Record<string, unknown>>, options: object, { name: where }: CommandEntry): void {
  const help = `see tandem ${where} --help`
  for (const [name, { type, array }] of Object.entries(options) as [string, OptionShape][]) {
    const value = args[name]
    if (value === undefined) continue
    if (Array.isArray(value) && array !== true) throw usageError(`--${name} is given twice`, 'give it once', where)
    if (type === 'number' && !Number.isFinite(value)) {
      throw usageError(`--${name}: expected a number`, help, where)
    }
    if (value === '') throw usageError(`--${name} is empty`, help, where)
  }
}
