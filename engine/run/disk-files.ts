/** The real file system behind the journal's port: every write synced where the port says so. */

import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../live/file-lock.ts'
import type { Files, GrowingFile } from '../live/ports.ts'

export const diskFiles: Files = {
  exists: existsSync,
  read: (path) => readFileSync(path),
  open: (path, create) => grow(path, create),
  truncate: (path, bytes) => {
    truncateSync(path, bytes)
    const file = openSync(path, 'r+')
    try {
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  },
  replace: (path, bytes) => {
    mkdirSync(dirname(path), { recursive: true })
    replaceFile(path, bytes, 0o600)
  },
  remove: (path) => rmSync(path, { force: true }),
}

/** A file for its owner alone. A new one's name is on the disk before anything is written to it. */
function grow(path: string, create: boolean): GrowingFile {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, create ? 'ax' : 'a', 0o600)
  if (create) syncFolder(dirname(path))
  return {
    append(bytes) {
      // One call may write less than asked.
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    },
    sync: () => fdatasyncSync(file),
    close: () => closeSync(file),
  }
}

/** Not every system lets one open a folder. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
