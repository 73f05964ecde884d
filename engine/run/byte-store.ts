/** Collects a record stream's chunks. */
export class ByteStore {
  private readonly chunks: Uint8Array[] = []
  /** A RecordSink. */
  readonly add = (bytes: Uint8Array): void => {
    this.chunks.push(bytes.slice())
  }

  /** Everything so far, in memory of its own (a Buffer's may be a pool's). */
  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.chunks))
  }
}
