/** The real file system behind a session's port: written and synced before a call returns. */

import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Files, GrowingFile } from './ports.ts'

export const nodeFiles: Files = {
  exists: (path) => existsSync(path),
  read: (path) => readFileSync(path),
  open: openGrowing,
  truncate(path, bytes) {
    truncateSync(path, bytes)
    syncAt(path, 'r+')
  },
  replace(path, bytes) {
    mkdirSync(dirname(path), { recursive: true })
    const partial = `${path}.${process.pid}.part`
    const file = openSync(partial, 'w', 0o600)
    try {
      writeAll(file, bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(partial, path)
    syncFolder(path)
  },
  remove(path) {
    rmSync(path, { force: true })
  },
}

function openGrowing(path: string, create: boolean): GrowingFile {
  const file = openSync(path, create ? 'ax' : 'a', 0o600)
  if (create) syncFolder(path)
  return {
    append: (bytes) => writeAll(file, bytes),
    sync: () => fdatasyncSync(file),
    close: () => closeSync(file),
  }
}

/** A write may take less than it was given. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at)
}

function syncAt(path: string, flags: string): void {
  const file = openSync(path, flags)
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A new name is only safe once its folder is; Windows can't open one, and syncs names by itself. */
function syncFolder(path: string): void {
  if (process.platform !== 'win32') syncAt(dirname(path), 'r')
}
