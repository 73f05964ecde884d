/** Asking the server. What it refuses becomes an ApiError with its own words. */

import { browser } from './dom.ts'

export class ApiError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

interface ErrorBody {
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly where: string | null
    readonly hint: string | null
  }
}

let signedOut: () => void = () => undefined

/** What is done when the server doesn't know this browser (any more). */
export function onSignedOut(run: () => void): void {
  signedOut = run
}

export async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const answer = await browser
    .fetch(`/api/v1${path}`, {
      method,
      cache: 'no-store',
      ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' } }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    .catch(() => {
      throw new ApiError(0, 'NO_CONNECTION', 'the server does not answer')
    })
  if (answer.ok) return (await answer.json()) as T
  const { error } = (await answer.json().catch(() => ({}))) as ErrorBody
  if (answer.status === 401 && path !== '/session') signedOut()
  throw new ApiError(answer.status, error?.code ?? 'UNKNOWN', wordsOf(error) ?? `the server answered ${answer.status}`)
}

export const get = <T>(path: string): Promise<T> => ask<T>('GET', path)
export const post = <T>(path: string, body: unknown): Promise<T> => ask<T>('POST', path, body)
export const put = <T>(path: string, body: unknown): Promise<T> => ask<T>('PUT', path, body)
export const remove = <T>(path: string): Promise<T> => ask<T>('DELETE', path)

function wordsOf(error: ErrorBody['error']): string | null {
  if (error === undefined) return null
  const where = error.where === null ? '' : `${error.where}: `
  const hint = error.hint === null ? '' : ` (${error.hint})`
  return `${where}${error.message}${hint}`
}

/** `?a=1&b=2` of what is neither null nor empty. */
export function queryText(values: Readonly<Record<string, string | number | null | undefined>>): string {
  const parts = Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}
