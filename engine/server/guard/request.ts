/**
 * The wall before everything else: a request that doesn't come from the page itself is refused before a route sees it.
 * Pure: the request line, headers and policy in, a refusal or null out.
 */

export interface RawRequest {
  readonly method: string
  /** The request target as it was sent, undecoded. */
  readonly url: string
  /** Names and values in turn, as they were sent, repeated ones too. */
  readonly rawHeaders: readonly string[]
}

export interface GuardPolicy {
  /** `http` or `https`. */
  readonly scheme: string
  /** Values of Host that are this server, with port. */
  readonly hosts: ReadonlySet<string>
  readonly readOnly: boolean
}

export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** Largest body of any request, bytes. */
export const BODY_MAX = 262_144
const URL_MAX = 2048

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']

/** Requests that are sent as POST for their length and change nothing: they pass in read-only mode. */
const HARMLESS = ['/api/v1/session', '/api/v1/files/check', '/api/v1/rebalance/preview']

function refusal(status: number, code: string, message: string): Refusal {
  return { status, code, message }
}

/** Why a request is refused; null where it may go on to sign-in and routes. */
export function refuse(request: RawRequest, policy: GuardPolicy): Refusal | null {
  const headers = headersOf(request.rawHeaders)
  return (
    refuseMethod(request) ??
    refuseUrl(request.url) ??
    refuseHost(headers, policy) ??
    refuseOrigin(request.method, headers, policy) ??
    refuseBody(request.method, headers) ??
    refuseWrite(request, policy)
  )
}

type Headers = ReadonlyMap<string, readonly string[]>

function headersOf(raw: readonly string[]): Headers {
  const headers = new Map<string, string[]>()
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), raw[i + 1]!])
  }
  return headers
}

function refuseMethod({ method }: RawRequest): Refusal | null {
  return METHODS.includes(method) ? null : refusal(405, 'METHOD_NOT_ALLOWED', `${method} isn't answered here`)
}

/** A path is plain: what needs decoding twice, climbs, or speaks to a proxy is nobody's honest address. */
function refuseUrl(url: string): Refusal | null {
  const bad = (message: string): Refusal => refusal(400, 'BAD_PATH', message)
  if (url.length > URL_MAX) return refusal(414, 'URL_TOO_LONG', `longer than ${URL_MAX} characters`)
  if (!/^\/(?!\/)[\x21-\x7e]*$/.test(url)) return bad('expected a path that begins with one / and has plain characters')
  const path = url.split(/[?#]/)[0]!
  let decoded: string
  try {
    decoded = decodeURIComponent(path)
  } catch {
    return bad('not valid percent-encoding')
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is refused
  if (/%|\\|[\u0000-\u001f\u007f]/.test(decoded))
    return bad('a path has no %, \\ or control characters, however encoded')
  if (/%(?:2f|5c)/i.test(path)) return bad('a separator is written as /')
  if (decoded.split('/').some((part) => part === '..' || part === '.')) return bad('a path has no . or .. in it')
  return null
}

/** A name that leads here but isn't ours is how a foreign page gets in by DNS rebinding. */
function refuseHost(headers: Headers, { hosts }: GuardPolicy): Refusal | null {
  const given = headers.get('host') ?? []
  if (given.length === 1 && hosts.has(given[0]!.toLowerCase())) return null
  return refusal(403, 'WRONG_HOST', 'this server does not answer to that name')
}

function refuseOrigin(method: string, headers: Headers, { scheme }: GuardPolicy): Refusal | null {
  const host = headers.get('host')![0]!.toLowerCase()
  const [origins, sites] = [headers.get('origin') ?? [], headers.get('sec-fetch-site') ?? []]
  const changes = method !== 'GET' && method !== 'HEAD'
  const wrong = (message: string): Refusal => refusal(403, 'WRONG_ORIGIN', message)
  if (origins.length > 1 || sites.length > 1) return wrong('a header is given twice')
  const [origin] = origins
  const [site] = sites
  if (origin !== undefined && origin !== `${scheme}://${host}`) return wrong('only the page itself may ask')
  if (changes && origin === undefined) return wrong('a change needs the Origin header of the page itself')
  const allowed = changes ? ['same-origin'] : ['same-origin', 'none']
  if (site !== undefined && !allowed.includes(site)) return wrong(`not from a ${site} page`)
  if (headers.has('upgrade')) return refusal(400, 'NO_UPGRADE', 'there are no websockets here')
  return null
}

function refuseBody(method: string, headers: Headers): Refusal | null {
  const lengths = headers.get('content-length') ?? []
  const hasBody = headers.has('transfer-encoding') || lengths.some((length) => length !== '0')
  if (method === 'GET' || method === 'HEAD') {
    return hasBody ? refusal(400, 'UNEXPECTED_BODY', `${method} has no body here`) : null
  }
  if (lengths.some((length) => Number(length) > BODY_MAX)) {
    return refusal(413, 'BODY_TOO_LARGE', `a body has at most ${BODY_MAX} bytes`)
  }
  const [type, ...more] = headers.get('content-type') ?? []
  const isJson = more.length === 0 && /^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(type ?? '')
  if (!isJson && (hasBody || method !== 'DELETE')) {
    return refusal(415, 'JSON_ONLY', 'send Content-Type: application/json')
  }
  if (headers.has('content-encoding')) return refusal(415, 'JSON_ONLY', 'send the body as it is, not encoded')
  return null
}

function refuseWrite({ method, url }: RawRequest, { readOnly }: GuardPolicy): Refusal | null {
  if (!readOnly || method === 'GET' || method === 'HEAD' || HARMLESS.includes(url)) return null
  return refusal(403, 'READ_ONLY', 'this workbench was started with --read-only')
}
