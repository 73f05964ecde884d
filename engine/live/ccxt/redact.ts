/** Takes secrets out of text that a venue or a library wrote, before anybody sees it. */

const SHORTEST = 4

/** Every form in which a secret may come back: as it is, encoded for addresses, as base64, in hexadecimal. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8')
  const forms = [secret, encodeURIComponent(secret), bytes.toString('base64'), bytes.toString('base64url')]
  return [...forms, bytes.toString('hex'), JSON.stringify(secret).slice(1, -1)]
}

export class Redactor {
  readonly #forms: readonly string[]

  constructor(secrets: readonly (string | undefined)[]) {
    const known = secrets.filter((one): one is string => one !== undefined && one.length >= SHORTEST)
    // Longest first, so that no part of a form is left.
    this.#forms = [...new Set(known.flatMap(formsOf))].sort((a, b) => b.length - a.length)
  }

  /** One line of at most 200 characters without secrets, signatures or other control characters. */
  clean(text: string): string {
    let out = text
    for (const form of this.#forms) out = out.split(form).join('[secret]')
    out = out.replace(
      /(signature|api-?sign|api-?key|authorization|authent|bearer)(["'\s:=]+)[\w+/=.%-]{8,}/gi,
      '$1$2[secret]',
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    out = out.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()
    return out.length > 200 ? `${out.slice(0, 199)}…` : out
  }

  /** Whether the text holds a secret in any form. */
  finds(text: string): boolean {
    return this.#forms.some((form) => text.includes(form))
  }
}
