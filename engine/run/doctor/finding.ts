/** What a self-check says of one thing. */

export interface Finding {
  /** What was looked at: `node`, `store`, `venue kraken`. */
  readonly topic: string
  /** `ok`, `note` (works, but look), or `fault` (something won't work). */
  readonly state: 'ok' | 'note' | 'fault'
  readonly text: string
  /** What to do; null where there is nothing to do. */
  readonly hint: string | null
}

export function ok(topic: string, text: string): Finding {
  return { topic, state: 'ok', text, hint: null }
}

export function note(topic: string, text: string, hint: string): Finding {
  return { topic, state: 'note', text, hint }
}

export function fault(topic: string, text: string, hint: string): Finding {
  return { topic, state: 'fault', text, hint }
}
