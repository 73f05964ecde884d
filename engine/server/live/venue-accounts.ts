/**
 * Accounts at venues as `tandem accounts` shows them, in a process of its own: the page never holds a venue's key. What
 * was seen is shown for a while, so that many pages ask the venues no oftener than one.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { TandemError } from '../../core/errors.ts'
import { ACCOUNTS_FILE } from '../../run/venue-accounts/accounts-file.ts'
import type { AccountStatus } from '../../run/venue-accounts/status.ts'
import type { Env } from '../answer.ts'
import type { Places } from '../jobs/command.ts'
import { startCommand } from '../jobs/process.ts'

const KEPT_MS = 10_000

export class VenueAccounts {
  private readonly places: Places & { readonly script: string }
  private readonly now: () => number
  private seen: { readonly atMs: number; readonly statuses: Promise<readonly AccountStatus[]> } | null = null

  constructor(places: Places & { readonly script: string }, now: () => number) {
    this.places = places
    this.now = now
  }

  /** Something was traded: who asks next is shown what has come of it. */
  forget(): void {
    this.seen = null
  }

  /** None where the project has no file of accounts. Throws what the command says. */
  async statuses(): Promise<readonly AccountStatus[]> {
    if (!existsSync(join(this.places.project.root, ACCOUNTS_FILE))) return []
    if (this.seen === null || this.now() - this.seen.atMs > KEPT_MS) {
      this.seen = { atMs: this.now(), statuses: look(this.places) }
    }
    const mine = this.seen
    try {
      return await mine.statuses
    } catch (error) {
      if (this.seen === mine) this.seen = null
      throw error
    }
  }
}

export function venueAccountRoutes(app: Hono<Env>, venueAccounts: VenueAccounts): void {
  app.get('/api/v1/venue-accounts', async (c) => c.json({ accounts: await venueAccounts.statuses() }))
}

async function look({
  script,
  runs,
  store,
  project,
}: Places & { readonly script: string }): Promise<readonly AccountStatus[]> {
  const lines: string[] = []
  const words = ['accounts', '--json', `--runs=${runs}`, `--store=${store}`]
  const onLine = (line: string): void => void lines.push(line)
  const { code, document } = await startCommand({
    script,
    words,
    cwd: project.root,
    onLine,
    onProgress: () => undefined,
  }).ended
  if (Array.isArray(document)) return document as AccountStatus[]
  const line = lines.findLast((one) => one.startsWith('tandem: '))?.slice('tandem: '.length)
  throw new TandemError(line ?? `looking at the accounts ended with ${code}`, { code: 'ACCOUNTS_FAILED' })
}
