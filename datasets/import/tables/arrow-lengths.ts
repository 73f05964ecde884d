/**
 * Lengths in an Arrow file, checked before the library believes them: a damaged one would be looped over for hours.
 * Layout: arrow.apache.org/docs/format/Columnar.html#ipc-file-format and its File.fbs, Schema.fbs, Message.fbs.
 */

const MAGIC_BYTES = 6
const STRUCT_BYTES = { block: 24, node: 16, buffer: 16, offset: 4 } as const

/** MessageHeader of Message.fbs. */
const RECORD_BATCH = 3

/** Throws `Error` for a footer or message whose vectors don't fit into it. */
export function checkArrowLengths(file: Buffer): void {
  const end = file.length - MAGIC_BYTES
  if (end < 4 || file.toString('latin1', end) !== 'ARROW1') throw new Error('its end is missing')
  const size = file.readInt32LE(end - 4)
  if (size <= 0 || size > end - 4) throw new Error('its footer is damaged')
  const footer = new Flat(file.subarray(end - 4 - size, end - 4))
  const root = footer.root()
  const schema = footer.table(root, 1)
  if (schema !== null) checkSchema(footer, schema)
  if (footer.vector(root, 2, STRUCT_BYTES.block).length > 0) throw new Error('it has dictionary-encoded columns')
  const blocks = footer.vector(root, 3, STRUCT_BYTES.block)
  for (let index = 0; index < blocks.length; index++) {
    checkBatch(file, Number(footer.bytes.readBigInt64LE(blocks.at + index * STRUCT_BYTES.block)))
  }
}

function checkSchema(footer: Flat, schema: number): void {
  const fields = footer.vector(schema, 1, STRUCT_BYTES.offset)
  footer.vector(schema, 2, STRUCT_BYTES.offset)
  for (let index = 0; index < fields.length; index++) {
    const field = footer.follow(fields.at + index * STRUCT_BYTES.offset)
    if (footer.vector(field, 5, STRUCT_BYTES.offset).length > 0) throw new Error('it has nested columns')
    footer.vector(field, 6, STRUCT_BYTES.offset)
  }
}

/** A message: continuation mark, length, and a table whose third field is its header. */
function messageAt(file: Buffer, offset: number): Flat {
  if (!(offset >= 0 && offset + 8 <= file.length)) throw new Error('a message is beyond its end')
  const marked = file.readInt32LE(offset) === -1
  const size = file.readInt32LE(offset + (marked ? 4 : 0))
  const start = offset + (marked ? 8 : 4)
  if (size <= 0 || start + size > file.length) throw new Error('a message is beyond its end')
  return new Flat(file.subarray(start, start + size))
}

/** RecordBatch { nodes, buffers, …, variadic counts }. */
function checkBatch(file: Buffer, offset: number): void {
  const message = messageAt(file, offset)
  const header = message.table(message.root(), 2)
  if (header === null || message.byte(message.root(), 1) !== RECORD_BATCH) throw new Error('a batch has no header')
  message.vector(header, 1, STRUCT_BYTES.node)
  message.vector(header, 2, STRUCT_BYTES.buffer)
  message.vector(header, 4, 8)
}

/** Just enough of FlatBuffers to find tables and vectors, every step within bounds. */
class Flat {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  root(): number {
    return this.follow(0)
  }

  /** The position that the offset at `at` leads to. */
  follow(at: number): number {
    const target = at + this.#u32(at)
    if (target + 4 > this.bytes.length) throw damaged()
    return target
  }

  /** Where a table has its field, or null if it hasn't. */
  #field(table: number, slot: number): number | null {
    const vtable = table - this.#i32(table)
    const wanted = 4 + 2 * slot
    // Signed, as the library reads it: what it takes for absent must not pass here.
    if (wanted >= (this.#u16(vtable) << 16) >> 16) return null
    const offset = this.#u16(vtable + wanted)
    return offset === 0 ? null : table + offset
  }

  /** A field of one byte; 0 if it is absent. */
  byte(table: number, slot: number): number {
    return this.bytes[this.#field(table, slot) ?? -1] ?? 0
  }

  table(table: number, slot: number): number | null {
    const at = this.#field(table, slot)
    return at === null ? null : this.follow(at)
  }

  /** Position and length of a vector of items of a size; empty if it is absent. */
  vector(table: number, slot: number, itemBytes: number): { readonly at: number; readonly length: number } {
    const field = this.#field(table, slot)
    if (field === null) return { at: 0, length: 0 }
    const vector = this.follow(field)
    const length = this.#u32(vector)
    if (vector + 4 + length * itemBytes > this.bytes.length) throw damaged()
    return { at: vector + 4, length }
  }

  #u16(at: number): number {
    if (!(at >= 0 && at + 2 <= this.bytes.length)) throw damaged()
    return this.bytes.readUInt16LE(at)
  }

  #u32(at: number): number {
    if (!(at >= 0 && at + 4 <= this.bytes.length)) throw damaged()
    return this.bytes.readUInt32LE(at)
  }

  #i32(at: number): number {
    if (!(at >= 0 && at + 4 <= this.bytes.length)) throw damaged()
    return this.bytes.readInt32LE(at)
  }
}

function damaged(): Error {
  return new Error('a length in it is damaged')
}
