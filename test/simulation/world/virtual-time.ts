/**
 * Virtual time: a queue of events by time and then by the order in which they were made. Between two events every
 * promise that can settle has settled, so that a run is the same on every machine.
 */

/** Taken before a run forbids it to everyone else. */
const immediately = setImmediate

/** Resolves once no microtask is left. */
export function drained(): Promise<void> {
  return new Promise((resolve) => {
    immediately(resolve)
  })
}

interface Event {
  readonly atMs: number
  readonly order: number
  run: (() => void) | null
}

/** An event that can be taken back. */
export interface Planned {
  cancel(): void
}

export class VirtualTime {
  /** True time, ms UTC. */
  nowMs: number
  /** Events carried out so far. */
  count = 0
  private readonly heap: Event[] = []
  private order = 0

  constructor(startMs: number) {
    this.nowMs = startMs
  }

  /** Plans `run` at a time; never before now. */
  at(atMs: number, run: () => void): Planned {
    const event: Event = { atMs: Math.max(atMs, this.nowMs), order: this.order++, run }
    this.push(event)
    return {
      cancel: () => {
        event.run = null
      },
    }
  }

  /** Carries out events up to `untilMs`, or until `isOver`; after each, once all is quiet, `afterEach`. */
  async run(untilMs: number, afterEach: () => void, isOver: () => boolean = () => false): Promise<void> {
    while (this.heap.length > 0 && this.heap[0]!.atMs <= untilMs && !isOver()) {
      const event = this.pop()
      if (event.run === null) continue
      this.nowMs = event.atMs
      this.count += 1
      event.run()
      await drained()
      afterEach()
    }
    if (!isOver()) this.nowMs = Math.max(this.nowMs, untilMs)
  }

  private push(event: Event): void {
    const { heap } = this
    let at = heap.push(event) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (isBefore(heap[parent]!, event)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = event
  }

  private pop(): Event {
    const { heap } = this
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
      if (isBefore(last, heap[child]!)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return first
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
