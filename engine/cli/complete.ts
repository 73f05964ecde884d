/** Completion: what may come next on a command line, for the scripts that `tandem completion` prints. */

import { SHARED_OPTIONS } from './command.ts'
import { COMMANDS, type CommandEntry } from './commands.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/**
 * What may stand where the last of `words` is being written; `words` come without `tandem`. Empty where a file name, or
 * a text of one's own, belongs.
 */
export async function completions(words: readonly string[]): Promise<string[]> {
  const before = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  const entry = entryOf(before)
  const names = entry === null || entry.name === before.join(' ') ? secondWords(before) : []
  const offered = entry === null ? names : [...names, ...(await optionsOf(entry, before.at(-1) ?? '', current))]
  return offered.filter((one) => one.startsWith(current)).sort()
}

/** The command that the words name: the longest that fits. */
function entryOf(words: readonly string[]): CommandEntry | null {
  for (const length of [2, 1]) {
    const found = COMMANDS.find(({ name }) => words.length >= length && name === words.slice(0, length).join(' '))
    if (found !== undefined) return found
  }
  return null
}

/** Words that make the beginning of a command longer. */
function secondWords(before: readonly string[]): string[] {
  const start = before.map((word) => `${word} `).join('')
  const fitting = COMMANDS.filter(({ name }) => name.startsWith(start))
  return [...new Set(fitting.map(({ name }) => name.slice(start.length).split(' ')[0]!))]
}

interface OptionShape {
  readonly choices?: readonly (string | number)[]
  readonly type?: string
}

/** Values of the option that was just written, or the names of options. */
async function optionsOf(entry: CommandEntry, last: string, current: string): Promise<string[]> {
  const { command } = await entry.load()
  const options = { ...SHARED_OPTIONS, ...command.options } as Readonly<Record<string, OptionShape>>
  const open = last.startsWith('--') ? options[last.slice(2)] : undefined
  if (open?.choices !== undefined) return open.choices.map(String)
  if (open !== undefined && open.type !== 'boolean') return []
  return current.startsWith('-') ? [...Object.keys(options), 'help'].map((name) => `--${name}`) : []
}

/** The script for a shell; it asks `tandem completion --words` for what may come next, and offers files beside it. */
export function completionScript(shell: Shell): string {
  if (shell === 'fish') {
    return `# tandem completion fish > ~/.config/fish/completions/tandem.fish
complete -c tandem -a '(tandem completion --words (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`
  }
  if (shell === 'zsh') {
    return `#compdef tandem
# tandem completion zsh > "\${fpath[1]}/_tandem"
_tandem() {
  local -a offered
  offered=("\${(@f)$(tandem completion --words "\${(@)words[2,$CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${offered[1]}" ]]; then compadd -a offered; else _files; fi
}
compdef _tandem tandem
`
  }
  return `# tandem completion bash > /etc/bash_completion.d/tandem, or: source <(tandem completion bash)
_tandem() {
  local IFS=$'\\n'
  COMPREPLY=($(tandem completion --words "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _tandem tandem
`
}
