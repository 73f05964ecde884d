/** Server-sent events to every open page. A page that doesn't read is cut off: nothing is kept for it. */

export interface ServerEvent {
  readonly event: string
  readonly data: unknown
}

export type Listener = (event: ServerEvent) => void

/** Streams that are open at most, of all kinds together. */
export const STREAMS_MAX = 64

export class Hub {
  private readonly listeners = new Set<Listener>()

  get size(): number {
    return this.listeners.size
  }

  /** Returns how to stop listening. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  send(event: string, data: unknown): void {
    for (const listener of this.listeners) listener({ event, data })
  }
}
