/** Members of a zip archive as streams; the archive is never unpacked to disk. */

import type { Readable } from 'node:stream'
import type { Entry, ZipFile } from 'yauzl'
import { refusal } from '../refuse.ts'
import { checkExpansion } from './expansion.ts'
import { firstBytes, gunzip } from './plain.ts'

/** More members than any archive of candles has; a full one of Kraken has some ten thousand. */
const MOST_MEMBERS = 100_000

export interface ZipMember {
  /** Path inside the archive. */
  readonly member: string
  bytes(): AsyncGenerator<Buffer>
}

/** The members of a zip archive by name, or null if the file is none. Throws `DAMAGED_ZIP` and `EMPTY_FILE`. */
export async function zipMembers(file: string): Promise<readonly ZipMember[] | null> {
  const head = await firstBytes(file, 4)
  const signature = head.toString('latin1')
  if (signature !== 'PK\u0003\u0004' && signature !== 'PK\u0005\u0006') return null
  const members: ZipMember[] = []
  await withZip(file, async (zip) => {
    for await (const entry of entriesOf(zip)) {
      if (entry.fileName.endsWith('/')) continue
      if (members.length === MOST_MEMBERS) {
        throw refusal('DAMAGED_ZIP', { file }, `has more than ${MOST_MEMBERS} members`, 'import a smaller archive')
      }
      members.push({ member: entry.fileName, bytes: () => memberBytes(file, entry) })
    }
  })
  if (members.length === 0) throw refusal('EMPTY_FILE', { file }, 'the archive is empty', 'fetch the file again')
  return members.sort((a, b) => (a.member < b.member ? -1 : 1))
}

async function* memberBytes(file: string, entry: Entry): AsyncGenerator<Buffer> {
  const label = `${file} › ${entry.fileName}`
  if (entry.isEncrypted()) {
    throw refusal('DAMAGED_ZIP', { file: label }, 'is encrypted', 'unpack it with its password and import that')
  }
  const opened = await openZip(file)
  try {
    const content = unpacked(label, entry, await streamOf(opened, entry))
    if (/\.gz$/i.test(entry.fileName)) yield* gunzip(label, content, entry.compressedSize)
    else yield* content
  } catch (error) {
    throw asDamage(label, error)
  } finally {
    opened.close()
  }
}

async function* unpacked(label: string, entry: Entry, stream: Readable): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length
      checkExpansion(label, entry.compressedSize, bytes)
      yield chunk as Buffer
    }
  } finally {
    stream.destroy()
  }
}

async function openZip(file: string): Promise<ZipFile> {
  const yauzl = await import('yauzl')
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, zip) =>
      error ? reject(asDamage(file, error)) : resolve(zip),
    )
  })
}

async function withZip(file: string, work: (zip: ZipFile) => Promise<void>): Promise<void> {
  const zip = await openZip(file)
  try {
    await work(zip)
  } catch (error) {
    throw asDamage(file, error)
  } finally {
    zip.close()
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  let wake: (entry: Entry | null) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  zip.on('entry', (entry: Entry) => wake(entry))
  zip.on('end', () => wake(null))
  zip.on('error', (error: Error) => fail(error))
  for (;;) {
    const next = new Promise<Entry | null>((resolve, reject) => {
      wake = resolve
      fail = reject
    })
    zip.readEntry()
    const entry = await next
    if (entry === null) return
    yield entry
  }
}

function streamOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)))
  })
}

/** yauzl and zlib throw plain errors: all of them say that the archive isn't what it should be. */
function asDamage(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'TandemError') return error
  const why = error.message.split('\n')[0]!.slice(0, 120)
  return refusal('DAMAGED_ZIP', { file }, `the archive is damaged: ${why}`, 'fetch the file again', error)
}
