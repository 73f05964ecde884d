/**
 * Goal: whatever happens to a journal's bytes, it is either read as it was written up to a torn end, or refused; never
 * read as something else. And a disk that fails stops everything.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Journal } from '../../engine/live/journal.ts'
import { type JournalRecord, readJournal } from '../../engine/live/journal-record.ts'
import type { Files, GrowingFile } from '../../engine/live/ports.ts'
import { MemoryFiles } from '../support/memory-files.ts'

const PATH = 'journal.jsonl'

function written(records: number): { files: MemoryFiles; bytes: Uint8Array } {
  const files = new MemoryFiles()
  const journal = Journal.create({ files, path: PATH })
  for (let i = 0; i < records; i++) {
    const kind = i === 0 ? 'OPEN' : i % 3 === 0 ? 'INPUT' : i % 3 === 1 ? 'DECISION' : 'FACT'
    journal.append(kind, { i, text: `Übung “${i}”`, price: i / 7, list: [null, true, { a: i }] })
  }
  journal.sync()
  return { files, bytes: files.read(PATH) }
}

/** Records as read; null where the journal is refused. */
function read(bytes: Uint8Array): readonly JournalRecord[] | null {
  try {
    return readJournal(bytes, PATH).records
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_JOURNAL' })
    return null
  }
}

const { bytes: whole } = written(200)
const records = read(whole)!
/** Where each record ends. */
const ends = [...whole.keys()].filter((at) => whole[at] === 10)

describe('a journal of 200 records', () => {
  it('is read as it was written', () => {
    expect(records).toHaveLength(200)
    expect(records[7]).toMatchObject({ seq: 7, kind: 'DECISION', body: { i: 7, price: 1 } })
  })

  it('cut off at any byte has every record that is whole, and is written on from there', () => {
    let record = 0
    for (let cut = 0; cut <= whole.length; cut++) {
      while (record < ends.length && ends[record]! < cut) record += 1
      // From the record before the cut on; from the beginning at every 997th.
      const skipped = cut % 997 === 0 ? 0 : Math.max(0, record - 1)
      const from = skipped === 0 ? 0 : ends[skipped - 1]! + 1
      const content = readJournal(whole.subarray(from, cut), PATH, records[skipped - 1])
      if (skipped + content.records.length !== record || from + content.goodBytes + content.tornBytes !== cut) {
        throw new Error(`cut at ${cut}: ${content.records.length} records`)
      }
    }
    for (const cut of [ends[3]! + 1, ends[3]! + 2, ends[3]! + 90, ends[199]!]) {
      const files = new MemoryFiles()
      files.replace(PATH, whole.slice(0, cut))
      const { journal, records: kept } = Journal.open({ files, path: PATH })
      journal.append('RESUME', { who: 'test' })
      journal.sync()
      const after = read(files.read(PATH))!
      expect(after.length).toBe(kept.length + 1)
      expect(after.at(-1)!.kind).toBe('RESUME')
      const torn = after.filter(({ kind }) => kind === 'TORN').length
      expect(torn).toBe(cut === ends[3]! + 1 ? 0 : 1)
    }
  })

  it('with any byte changed is refused, or has lost its end and nothing else', () => {
    // Each byte in turn; the bit goes round.
    for (let at = 0; at < whole.length; at++) {
      const damaged = whole.slice()
      damaged[at]! ^= 1 << (at % 8)
      // Only the records around the damage can tell: what comes before is as it was.
      const record = ends.findIndex((end) => end >= at)
      const from = record <= 0 ? 0 : ends[record - 1]! + 1
      const to = ends[Math.min(record + 1, ends.length - 1)]! + 1
      const told = judged(damaged, from, to, record)
      if (told !== 'refused' && told !== 'torn') throw new Error(`byte ${at}: ${told}`)
    }
  })

  it('with whole records dropped, doubled or exchanged is refused', () => {
    const lines = Buffer.from(whole).toString('utf8').trimEnd().split('\n')
    const index = fc.integer({ min: 0, max: 199 })
    fc.assert(
      fc.property(index, index, fc.constantFrom('drop', 'double', 'exchange'), (a, b, what) => {
        const changed = [...lines]
        if (what === 'drop') changed.splice(Math.min(a, 198), 1)
        else if (what === 'double') changed.splice(a, 0, lines[a]!)
        else [changed[a], changed[b]] = [lines[b]!, lines[a]!]
        if (what === 'exchange' && a === b) return
        expect(read(Buffer.from(`${changed.join('\n')}\n`))).toBeNull()
      }),
    )
  })
})

/** What a reader says of the records around a damaged byte, with the chain before them as it was. */
function judged(bytes: Uint8Array, from: number, to: number, record: number): string {
  const head = whole.subarray(0, from)
  const near = bytes.subarray(from, to)
  const isLast = record === ends.length - 1
  try {
    // The chain before is known to be good; reading it again 100,000 times would prove nothing more.
    const prev = record === 0 ? undefined : records[record - 1]!
    const { records: seen, tornBytes } = readJournal(near, PATH, prev)
    if (tornBytes > 0 && isLast && seen.length === 0) return 'torn'
    return `read as ${seen.length} records after ${head.length} bytes`
  } catch (error) {
    return (error as { code?: string }).code === 'BAD_JOURNAL' ? 'refused' : String(error)
  }
}

/** Files whose writing or syncing fails from some call on. */
class FailingFiles extends MemoryFiles {
  fail: 'append' | 'sync' | null = null
  code = 'EIO'
  syncs = 0

  override open(path: string, create: boolean): GrowingFile {
    const file = super.open(path, create)
    return {
      append: (bytes) => {
        if (this.fail === 'append') {
          // Part of it gets there.
          file.append(bytes.slice(0, bytes.length >> 1))
          throw Object.assign(new Error(`${this.code}: write`), { code: this.code })
        }
        file.append(bytes)
      },
      sync: () => {
        this.syncs += 1
        if (this.fail === 'sync') throw Object.assign(new Error(`${this.code}: fdatasync`), { code: this.code })
        file.sync()
      },
      close: () => file.close(),
    }
  }

  override remove(path: string): void {
    super.remove(path)
    // The reserve has made room.
    if (path.endsWith('.reserve')) this.fail = null
  }
}

describe('a disk that fails', () => {
  for (const fail of ['append', 'sync'] as const) {
    it(`at ${fail} is never tried again`, () => {
      const files = new FailingFiles()
      const journal = Journal.create({ files: files as Files, path: PATH })
      journal.append('OPEN', {})
      journal.sync()
      files.fail = fail
      journal.append('INPUT', {})
      expect(() => journal.sync()).toThrow(/journal can't be/)
      const { syncs } = files
      files.fail = null
      expect(() => journal.sync()).toThrow(/journal can't be/)
      expect(() => journal.append('FACT', {})).toThrow(/journal can't be/)
      expect(files.syncs).toBe(syncs)
      expect(journal.failure).toMatchObject({ code: 'JOURNAL_FAILED' })
    })
  }

  it('that is full gives its reserve to one last word', () => {
    const files = new FailingFiles()
    const journal = Journal.create({ files, path: PATH, reserveBytes: 1024 })
    journal.append('OPEN', {})
    journal.sync()
    files.fail = 'append'
    files.code = 'ENOSPC'
    journal.append('INPUT', { openMs: 1 })
    expect(() => journal.sync()).toThrow(/make room|journal can't be/)
    const after = read(files.read(PATH))!
    expect(after.map(({ kind }) => kind)).toEqual(['OPEN', 'HALT'])
    expect(after[1]!.body).toMatchObject({ code: 'DISK_FULL' })
  })
})
