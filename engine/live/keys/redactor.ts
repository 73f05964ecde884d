/**
 * Secrets never get out: whatever is written passes a redactor that knows every secret in use and every form in which it
 * usually appears. The last line of defence, behind errors that copy only what they mean to say.
 */

/** Shorter texts, and plain numbers, stand for other things far too often. */
const SHORTEST = 8
const NUMBER = /^[\d.]+$/
const LONG_LINE = 16
export const REDACTED = '[redacted]'

export class Redactor {
  private forms: string[] = []

  /** From now on `secret` is cut out, also URL-encoded, JSON-escaped, in base64 and hex, and line by line. */
  add(secret: string): void {
    if (secret.length < SHORTEST || NUMBER.test(secret)) return
    const lines = secret.split(/\r?\n|\\n/).filter((line) => line.length >= LONG_LINE)
    const all = [secret, ...lines].flatMap((text) => [
      text,
      encodeURIComponent(text),
      JSON.stringify(text).slice(1, -1),
      Buffer.from(text, 'utf8').toString('base64'),
      Buffer.from(text, 'utf8').toString('base64url'),
      Buffer.from(text, 'utf8').toString('hex'),
    ])
    // The longest first: a secret that holds another goes whole.
    this.forms = [...new Set([...this.forms, ...all])].sort((a, b) => b.length - a.length)
  }

  redact(text: string): string {
    return this.forms.reduce((rest, form) => rest.replaceAll(form, REDACTED), text)
  }

  /** Characters at the end of `text` that may be the beginning of a secret. */
  openEnd(text: string): number {
    const longest = (this.forms[0]?.length ?? 0) - 1
    for (let length = Math.min(longest, text.length); length > 0; length--) {
      const end = text.slice(-length)
      if (this.forms.some((form) => form.length > length && form.startsWith(end))) return length
    }
    return 0
  }
}

/** A stream of text, redacted even where a secret comes in pieces. */
export class RedactedStream {
  private readonly redactor: Redactor
  private held = ''

  constructor(redactor: Redactor) {
    this.redactor = redactor
  }

  /** What may be written of what came so far. */
  take(text: string): string {
    const all = this.redactor.redact(this.held + text)
    const open = this.redactor.openEnd(all)
    this.held = open === 0 ? '' : all.slice(-open)
    return open === 0 ? all : all.slice(0, -open)
  }

  /** The end: what was held back was no secret. */
  rest(): string {
    const { held } = this
    this.held = ''
    return held
  }
}

/** The one of this process: every sink uses it, every source of secrets adds to it. */
export const processRedactor = new Redactor()
