/** One `tandem` command in a process of its own: lines of its log and progress as they come, its document at the end. */

import { spawn } from 'node:child_process'
import type { JobProgress } from './job.ts'

export interface CommandProcess {
  /** The built command line: the script that this server itself was started with. */
  readonly script: string
  readonly words: readonly string[]
  readonly cwd: string
  readonly onLine: (line: string) => void
  readonly onProgress: (progress: JobProgress) => void
}

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null
  /** The document on standard output; null where there is none. */
  readonly document: unknown
}

export interface Started {
  readonly ended: Promise<Ended>
  /** Asks it to stop; a sweep keeps what it has. After `KILL_MS` it is made to. */
  stop(): void
}

const KILL_MS = 8000
/** A document beyond this is cut off, and then it is none. */
const DOCUMENT_MAX = 4_000_000
const LINE_MAX = 2000

export function startCommand({ script, words, cwd, onLine, onProgress }: CommandProcess): Started {
  const child = spawn(process.execPath, [script, ...words], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
    windowsHide: true,
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (out.length < DOCUMENT_MAX) out += text
  })
  eachLine(child.stderr.setEncoding('utf8'), (line) => {
    const progress = progressIn(line)
    if (progress === null) onLine(line)
    else onProgress(progress)
  })
  let timer: NodeJS.Timeout | undefined
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (error) => {
      onLine(`tandem: ${error.message}`)
      resolve({ code: 2, document: null })
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, document: parsed(out) })
    })
  })
  return {
    ended,
    stop() {
      child.kill('SIGINT')
      timer ??= setTimeout(() => child.kill('SIGKILL'), KILL_MS)
    },
  }
}

/** A command needs the user's folders and settings; the workbench's own password isn't its business. */
function environment(): NodeJS.ProcessEnv {
  const { TANDEM_SERVE_PASSWORD: _, ...rest } = process.env
  return { ...rest, TANDEM_PROGRESS: 'json', TANDEM_STARTED_BY: 'page' }
}

function eachLine(stream: NodeJS.ReadableStream, use: (line: string) => void): void {
  let rest = ''
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!.slice(0, LINE_MAX)
    for (const line of lines) if (line !== '') use(line.slice(0, LINE_MAX))
  })
  stream.on('end', () => {
    if (rest !== '') use(rest)
  })
}

function progressIn(line: string): JobProgress | null {
  if (!line.startsWith('{"progress":')) return null
  try {
    return (JSON.parse(line) as { progress: JobProgress }).progress
  } catch {
    return null
  }
}

function parsed(out: string): unknown {
  try {
    return JSON.parse(out)
  } catch {
    return null
  }
}
