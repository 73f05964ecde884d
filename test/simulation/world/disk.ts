/**
 * A disk that keeps what was synced and no more. Processes die and leave all they wrote; machines die and leave what
 * was synced, and of the rest a part, nothing, or rubbish.
 */

import type { Files, GrowingFile } from '../../../engine/live/ports.ts'
import type { Faults } from '../faults.ts'
import type { Draws } from './draws.ts'
import { Died, type Life } from './life.ts'

interface StoredFile {
  bytes: Buffer
  /** How many of them would outlive the machine. */
  durable: number
  /** A sync has failed: what wasn't durable then never will be, whatever later syncs say. */
  isSpoilt: boolean
}

class DiskError extends Error {
  readonly code: string

  constructor(code: string, text: string) {
    super(`${code}: ${text}`)
    this.code = code
  }
}

export class Disk {
  fullUntilMs = 0
  /** Whole files that a full disk didn't take. */
  unkept = 0
  /** And those that it took. */
  kept = 0
  /** What was done against the rules of the port. */
  readonly misuses: string[] = []
  private readonly files = new Map<string, StoredFile>()
  private readonly faults: Faults
  private readonly draws: Draws
  private readonly now: () => number

  constructor(faults: Faults, draws: Draws, now: () => number) {
    this.faults = faults
    this.draws = draws
    this.now = now
  }

  /** What would be there if the machine died now. */
  durable(path: string): Buffer | null {
    const file = this.files.get(path)
    return file === undefined ? null : file.bytes.subarray(0, file.durable)
  }

  get paths(): string[] {
    return [...this.files.keys()]
  }

  /** Everything as the process sees it. */
  content(path: string): Buffer | null {
    return this.files.get(path)?.bytes ?? null
  }

  /** Puts bytes there as they are: for tests and for damage. */
  put(path: string, bytes: Buffer): void {
    this.files.set(path, { bytes, durable: bytes.length, isSpoilt: false })
  }

  /** The power goes: of what wasn't synced a part is left, or nothing, or zeros. */
  losePower(): void {
    for (const file of this.files.values()) {
      const pending = file.bytes.length - file.durable
      if (pending === 0) continue
      const torn = this.faults.fires('tornTail') ? this.draws.whole(1, pending) : 0
      const bytes = Buffer.from(file.bytes.subarray(0, file.durable + torn))
      // A file system may have written the new length and not the data.
      if (torn > 0 && this.draws.chance(0.3)) bytes.fill(0, file.durable + this.draws.whole(0, torn - 1))
      file.bytes = bytes
      file.durable = bytes.length
      file.isSpoilt = false
    }
  }

  /** The process died; the system has all that it wrote and brings it to the disk, but for what a sync has lost. */
  surviveProcess(): void {
    for (const file of this.files.values()) {
      if (file.isSpoilt && this.draws.chance(0.5)) file.bytes = Buffer.from(file.bytes.subarray(0, file.durable))
      file.durable = file.bytes.length
      file.isSpoilt = false
    }
  }

  /** The port as one life has it. */
  portFor(life: Life): Files {
    const { files } = this
    const existing = (path: string): StoredFile => {
      const file = files.get(path)
      if (file === undefined) throw new DiskError('ENOENT', `no such file: ${path}`)
      return file
    }
    return {
      exists: (path) => files.has(path),
      read: (path) => new Uint8Array(existing(path).bytes),
      open: (path, create) => {
        life.point()
        if (create && files.has(path)) throw new DiskError('EEXIST', `file exists: ${path}`)
        if (create) this.put(path, Buffer.alloc(0))
        return this.growing(life, path, existing(path))
      },
      truncate: (path, bytes) => {
        life.point()
        const file = existing(path)
        file.bytes = Buffer.from(file.bytes.subarray(0, bytes))
        file.durable = Math.min(file.durable, bytes)
      },
      replace: (path, bytes) => {
        life.point()
        if (this.isFull) {
          this.unkept += 1
          throw new DiskError('ENOSPC', 'no space left on device')
        }
        this.put(path, Buffer.from(bytes))
        this.kept += 1
        life.point()
      },
      remove: (path) => {
        life.point()
        files.delete(path)
      },
    }
  }

  private get isFull(): boolean {
    const isFull = this.now() < this.fullUntilMs
    if (isFull) this.faults.count('diskFull')
    return isFull
  }

  private growing(life: Life, path: string, file: StoredFile): GrowingFile {
    let isClosed = false
    return {
      append: (bytes) => {
        if (isClosed) this.misuses.push(`${path} was written to after it was closed`)
        life.point()
        if (life.diesWriting && lines(bytes) > 1) {
          file.bytes = grown(file.bytes, bytes.subarray(0, this.draws.whole(1, bytes.length - 1)))
          life.die()
          throw new Died()
        }
        const part = this.isFull ? bytes.subarray(0, this.draws.whole(0, bytes.length - 1)) : bytes
        file.bytes = grown(file.bytes, part)
        if (part.length < bytes.length) throw new DiskError('ENOSPC', 'no space left on device')
        life.point()
      },
      sync: () => {
        if (!life.isAlive) throw new Died()
        life.point()
        if (file.isSpoilt) this.misuses.push(`${path} was synced again after a sync had failed`)
        if (this.faults.fires('syncFails')) {
          file.isSpoilt = true
          throw new DiskError('EIO', 'i/o error, fdatasync')
        }
        file.durable = file.bytes.length
        life.point()
      },
      close: () => {
        isClosed = true
      },
    }
  }
}

function lines(bytes: Uint8Array): number {
  let count = 0
  for (const byte of bytes) if (byte === 10) count += 1
  return count
}

/** `bytes` with `part` behind it, in place where there is room. */
function grown(bytes: Buffer, part: Uint8Array): Buffer {
  const length = bytes.length + part.length
  const room = bytes.buffer.byteLength - bytes.byteOffset
  if (length > room || bytes.buffer.byteLength < 16_384) {
    const larger = Buffer.from(new ArrayBuffer(Math.max(16_384, 2 * length)))
    larger.set(bytes)
    larger.set(part, bytes.length)
    return larger.subarray(0, length)
  }
  const longer = Buffer.from(bytes.buffer, bytes.byteOffset, length)
  longer.set(part, bytes.length)
  return longer
}
