/**
 * A full disk must not end a session with a position open. Below a margin of free space no new risk is taken; a reserve
 * file is given up when a write fails for want of space, so that the halt itself can still be written.
 */

import type { Environment } from '../environment.ts'
import type { Conditions } from './conditions.ts'

export interface DiskLimits {
  readonly freeBytes: number
  readonly reserveBytes: number
}

export const DISK: DiskLimits = { freeBytes: 500_000_000, reserveBytes: 16_777_216 }

/** The file system, as far as this guard needs it. */
export interface DiskPort {
  /** Bytes that this user may still write; null where the system doesn't say. Throws what the system says. */
  freeBytes(): number | null
  /** Makes the reserve, really written and not sparse; one that is there stays. */
  keepReserve(bytes: number): void
  /** Gives it up; whether there was one. */
  releaseReserve(): boolean
}

export class DiskGuard {
  private readonly environment: Environment
  private readonly conditions: Conditions
  private readonly disk: DiskPort
  private readonly limits: DiskLimits

  constructor(environment: Environment, conditions: Conditions, disk: DiskPort, limits: DiskLimits = DISK) {
    this.environment = environment
    this.conditions = conditions
    this.disk = disk
    this.limits = limits
  }

  /** Looks at the space that is left, and makes the reserve (again) where there is room for it. Throws never. */
  check(): void {
    const { freeBytes, reserveBytes } = this.limits
    try {
      const free = this.disk.freeBytes()
      if (free === null) return
      if (free < freeBytes) {
        this.raise(`${megabytes(free)} of the disk are free, at least ${megabytes(freeBytes)} must be`)
        return
      }
      this.disk.keepReserve(reserveBytes)
      this.conditions.clear('DISK', `${megabytes(free)} of the disk are free`)
    } catch (error) {
      if (isDiskFull(error)) this.full()
      else this.raise(`the disk can't be looked at: ${(error as Error).message}`)
    }
  }

  /** A write failed for want of space: the reserve makes room for the words that say so. Whether there was one. */
  full(): boolean {
    const released = this.disk.releaseReserve()
    const key = 'DISK_FULL'
    const sinceMs = this.environment.nowMs()
    this.conditions.raise({ key, level: 'HALTED', why: 'the disk is full', sinceMs, latched: true })
    return released
  }

  private raise(why: string): void {
    const sinceMs = this.environment.nowMs()
    this.conditions.raise({ key: 'DISK', level: 'REDUCING', why, sinceMs, latched: false })
  }
}

/** Whether an error of the file system says that there is no space left. */
export function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return code === 'ENOSPC' || code === 'EDQUOT'
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1_000_000)} MB`
}
