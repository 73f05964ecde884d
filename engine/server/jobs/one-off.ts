/** A command whose answer the page waits for, such as a comparison. In a process of its own, a few at a time. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import type { Places } from './command.ts'
import { type Started, startCommand } from './process.ts'

const RUNNING_MAX = 2
const WAIT_MS = 60_000

export interface OneOff {
  readonly document: unknown
}

export class OneOffs {
  private readonly places: Places & { readonly script: string }
  private readonly running = new Set<Started>()

  constructor(places: Places & { readonly script: string }) {
    this.places = places
  }

  /**
   * Runs the command that `words` makes for a folder of its own, which is gone when `use` is done. Throws
   * `TOO_MANY_JOBS`, or `NOT_DONE` with the command's own line.
   */
  async run<T>(words: (folder: string) => readonly string[], use: (done: OneOff, folder: string) => T): Promise<T> {
    if (this.running.size >= RUNNING_MAX) {
      throw new TandemError('others are waiting for the same', { code: 'TOO_MANY_JOBS', hint: 'try again in a moment' })
    }
    const folder = mkdtempSync(join(tmpdir(), 'tandem-page-'))
    try {
      return use({ document: await this.document(words(folder), folder) }, folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  close(): void {
    for (const started of this.running) started.stop()
  }

  private async document(words: readonly string[], folder: string): Promise<unknown> {
    const { script, project, runs, store } = this.places
    const lines: string[] = []
    const started = startCommand({
      script,
      words: [...words, '--json', `--runs=${runs}`, `--store=${store}`],
      cwd: project.root,
      onLine: (line) => lines.push(line),
      onProgress: () => undefined,
    })
    this.running.add(started)
    const timer = setTimeout(() => started.stop(), WAIT_MS)
    const { code, document } = await started.ended
    clearTimeout(timer)
    this.running.delete(started)
    if (document !== null) return document
    const line = lines.findLast((one) => one.startsWith('tandem: '))?.slice('tandem: '.length)
    throw new TandemError(line?.replaceAll(folder, '') ?? `the command ended with ${code}`, { code: 'NOT_DONE' })
  }
}
