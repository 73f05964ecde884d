/** Files in memory behind the session's port; what wasn't synced can be lost. */

import type { Files, GrowingFile } from '../../engine/live/ports.ts'

export class MemoryFiles implements Files {
  readonly content = new Map<string, Uint8Array>()
  /** Bytes of each file that are on the disk for certain. */
  readonly synced = new Map<string, number>()

  exists(path: string): boolean {
    return this.content.has(path)
  }

  read(path: string): Uint8Array {
    const bytes = this.content.get(path)
    if (bytes === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' })
    return bytes
  }

  open(path: string, create: boolean): GrowingFile {
    if (create === this.exists(path)) throw Object.assign(new Error(path), { code: create ? 'EEXIST' : 'ENOENT' })
    if (create) this.content.set(path, new Uint8Array(0))
    return {
      append: (bytes) => {
        const old = this.read(path)
        const grown = new Uint8Array(old.length + bytes.length)
        grown.set(old)
        grown.set(bytes, old.length)
        this.content.set(path, grown)
      },
      sync: () => {
        this.synced.set(path, this.read(path).length)
      },
      close: () => {},
    }
  }

  truncate(path: string, bytes: number): void {
    this.content.set(path, this.read(path).slice(0, bytes))
  }

  replace(path: string, bytes: Uint8Array): void {
    this.content.set(path, bytes)
  }

  remove(path: string): void {
    this.content.delete(path)
  }

  /** What a power failure leaves: everything that was synced, and nothing else. */
  lose(): void {
    for (const [path, bytes] of this.content) this.content.set(path, bytes.slice(0, this.synced.get(path) ?? 0))
  }
}
