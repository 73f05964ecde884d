/** An HTTP exchange of words, without HTTP: what protocols are written against. */

export interface WireRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface WireResponse {
  readonly status: number
  /** Sent as JSON. */
  readonly body: unknown
}
