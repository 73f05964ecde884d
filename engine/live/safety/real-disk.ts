/** The disk that a session's folder is on. */

import { closeSync, fsyncSync, openSync, renameSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DiskPort } from './disk.ts'

const CHUNK_BYTES = 1 << 20

/** Watches the disk under `folder`; the reserve is a file in it. */
export function realDisk(folder: string): DiskPort {
  const reserve = join(folder, 'reserve')
  const partial = `${reserve}.partial`
  return {
    freeBytes() {
      const { bavail, bsize } = statfsSync(folder)
      return bavail * bsize
    },
    keepReserve(bytes) {
      if (statSync(reserve, { throwIfNoEntry: false })?.size === bytes) return
      const file = openSync(partial, 'w', 0o600)
      try {
        const chunk = Buffer.alloc(Math.min(bytes, CHUNK_BYTES))
        for (let left = bytes; left > 0; left -= chunk.length) writeSync(file, chunk, 0, Math.min(left, chunk.length))
        fsyncSync(file)
      } catch (error) {
        rmSync(partial, { force: true })
        throw error
      } finally {
        closeSync(file)
      }
      renameSync(partial, reserve)
    },
    releaseReserve() {
      const there = statSync(reserve, { throwIfNoEntry: false }) !== undefined
      rmSync(reserve, { force: true })
      return there
    },
  }
}
