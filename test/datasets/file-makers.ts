/** Small files in the formats of other programs, written here byte by byte, so that every clone can import them. */

import { crc32, deflateRawSync } from 'node:zlib'
import { CompressionType, compressionRegistry, RecordBatchFileWriter, type Table, tableToIPC } from 'apache-arrow'

/** A zip archive with these members, deflated. */
export function zipOf(members: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(members)) {
    const raw = Buffer.from(content)
    const packed = deflateRawSync(raw)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x800, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(crc32(raw), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(raw.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), fields, tail, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(locals.length, 4)
  end.writeUInt16LE(locals.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\u0005\u0006'), end])
}

/** A Feather file with LZ4, as freqtrade writes. */
export function featherOf(table: Table): Buffer {
  compressionRegistry.set(CompressionType.LZ4_FRAME, {
    ...compressionRegistry.get(CompressionType.LZ4_FRAME),
    encode: lz4Frame,
  })
  const writer = new RecordBatchFileWriter({ compressionType: CompressionType.LZ4_FRAME })
  writer.write(table)
  writer.finish()
  return Buffer.from(writer.toUint8Array(true))
}

/** The same, uncompressed. */
export function plainFeatherOf(table: Table): Buffer {
  return Buffer.from(tableToIPC(table, 'file'))
}

/** An LZ4 frame of blocks of at most 64 KiB, each compressed by a plain search, or stored where that is no shorter. */
export function lz4Frame(data: Uint8Array): Uint8Array {
  const parts: Buffer[] = [Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])]
  for (let from = 0; from < data.length; from += 65_536) {
    const block = data.subarray(from, from + 65_536)
    const packed = lz4Block(block)
    const size = Buffer.alloc(4)
    const stored = packed.length >= block.length
    size.writeUInt32LE(stored ? (block.length | 0x80000000) >>> 0 : packed.length)
    parts.push(size, stored ? Buffer.from(block) : packed)
  }
  parts.push(Buffer.alloc(4))
  return Buffer.concat(parts)
}

function lz4Block(data: Uint8Array): Buffer {
  const out: number[] = []
  const seen = new Map<number, number>()
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const lengthBytes = (length: number): void => {
    if (length < 15) return
    let rest = length - 15
    for (; rest >= 255; rest -= 255) out.push(255)
    out.push(rest)
  }
  let anchor = 0
  let at = 0
  // The format wants the last 12 bytes free of a match's beginning, and the last five as literals.
  while (at < data.length - 12) {
    const word = view.getUint32(at, true)
    const match = seen.get(word)
    seen.set(word, at)
    if (match === undefined || at - match > 65_535) {
      at += 1
      continue
    }
    let length = 4
    while (at + length < data.length - 5 && data[match + length] === data[at + length]) length += 1
    const literals = at - anchor
    out.push((Math.min(literals, 15) << 4) | Math.min(length - 4, 15))
    lengthBytes(literals)
    for (let k = anchor; k < at; k++) out.push(data[k]!)
    out.push((at - match) & 255, (at - match) >> 8)
    lengthBytes(length - 4)
    at += length
    anchor = at
  }
  const literals = data.length - anchor
  out.push(Math.min(literals, 15) << 4)
  lengthBytes(literals)
  for (let k = anchor; k < data.length; k++) out.push(data[k]!)
  return Buffer.from(out)
}
