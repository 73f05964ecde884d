/** The secrets of the simulated account, and how to tell that one got out (I12). */

import { processRedactor } from '../../../engine/live/keys/redactor.ts'

export const API_KEY = 'Canary/Key+nobody0may1print2this3'
export const SECRET = 'Q2FuYXJ5U2VjcmV0Tm9ib2R5TWF5UHJpbnRUaGlzRWl0aGVyPT0='

const FORMS = [API_KEY, SECRET].flatMap((text) => [
  text,
  encodeURIComponent(text),
  Buffer.from(text, 'utf8').toString('base64'),
  Buffer.from(text, 'utf8').toString('hex'),
])

/** What a process does with its keys as soon as it has found them. */
export function knowSecrets(): void {
  processRedactor.add(API_KEY)
  processRedactor.add(SECRET)
}

export function tellsSecret(text: string): boolean {
  return FORMS.some((form) => text.includes(form))
}

/** As a careless proxy repeats a request in its error, in one spelling or another. */
export function echoed(spelling: number): string {
  const [key, secret] = [FORMS[spelling % 4]!, FORMS[4 + (spelling % 4)]!]
  return `; the request was POST /0/private API-Key: ${key} API-Sign: ${secret}`
}
