/** Secrets from a terminal without echo, or from a pipe. Never from the command line, where every process sees them. */

import { TandemError } from '../core/errors.ts'

/** Asks on standard error and reads a line that isn't shown. Null where standard input is no terminal. */
export async function askSecret(question: string): Promise<string | null> {
  const { stdin, stderr } = process
  if (!stdin.isTTY) return null
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.resume()
  stdin.setEncoding('utf8')
  let line = ''
  try {
    for await (const chunk of stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
      for (const letter of chunk) {
        if (letter === '\r' || letter === '\n' || letter === '\u0004') return line
        if (letter === '\u0003') throw new TandemError('stopped', { code: 'STOPPED' })
        if (letter === '\u007f' || letter === '\b') line = line.slice(0, -1)
        else line += letter
      }
    }
    return line
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

/** All of standard input, where it is a pipe. */
export async function readPiped(): Promise<string> {
  let text = ''
  process.stdin.setEncoding('utf8')
  for await (const chunk of process.stdin) text += chunk
  return text
}
