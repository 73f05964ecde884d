/**
 * What a failed call means (RELIABILITY: rejected, already there, unknown, nothing sent). The venue's own words decide
 * where they are known; else ccxt's class of error; and what nobody knows is unknown, never a refusal.
 */

import { RejectCode } from '../../core/fact.ts'
import { Side } from '../../core/order.ts'
import { ExchangeError, type FailureKind } from '../exchange.ts'
import type { Redactor } from './redact.ts'

/** What was asked of the venue. */
export type Asked = 'submit' | 'cancel' | 'amend' | 'read'

/** What is known of a call that failed. */
export interface CallFacts {
  /** Whether anything left this machine. */
  readonly sent: boolean
  /** HTTP status; null where no answer came. */
  readonly status: number | null
  /** The answer's `Retry-After`, seconds or a date; null for none. */
  readonly retryAfter: string | null
  /** The answer's body; null where none came. */
  readonly body: string | null
}

/** What a venue's words mean. The first rule that matches a text decides for it. */
export interface FailureRule {
  readonly words: RegExp
  readonly kind: Exclude<FailureKind, 'local'>
  readonly code: string
  readonly reject?: RejectCode
}

interface Verdict {
  readonly kind: FailureKind
  readonly code: string
  readonly reject?: RejectCode
}

const rejected = (code: string, reject: RejectCode): Verdict => ({ kind: 'rejected', code, reject })

/** ccxt's classes, by name, that are a definite no. */
const CLASSES: Readonly<Record<string, Verdict>> = {
  InsufficientFunds: rejected('INSUFFICIENT_FUNDS', RejectCode.insufficientFunds),
  InvalidOrder: rejected('INVALID_ORDER', RejectCode.unsupported),
  OrderImmediatelyFillable: rejected('POST_ONLY', RejectCode.postOnly),
  OrderNotFillable: rejected('NOT_FILLABLE', RejectCode.notFilledAtOnce),
  ContractUnavailable: rejected('NOT_LISTED', RejectCode.notListed),
  BadSymbol: rejected('UNKNOWN_SYMBOL', RejectCode.notListed),
  BadRequest: rejected('BAD_REQUEST', RejectCode.unsupported),
  ArgumentsRequired: rejected('BAD_REQUEST', RejectCode.unsupported),
  NotSupported: rejected('UNSUPPORTED', RejectCode.unsupported),
  MarketClosed: rejected('MARKET_CLOSED', RejectCode.unavailable),
  AuthenticationError: rejected('BAD_KEY', RejectCode.unavailable),
  PermissionDenied: rejected('NO_PERMISSION', RejectCode.unavailable),
  AccountNotEnabled: rejected('NO_PERMISSION', RejectCode.unavailable),
  AccountSuspended: rejected('ACCOUNT_LOCKED', RejectCode.unavailable),
}

/** Their names for what isn't known. */
const UNKNOWN: Readonly<Record<string, string>> = {
  RequestTimeout: 'TIMEOUT',
  NetworkError: 'UNREACHABLE',
  ExchangeNotAvailable: 'UNAVAILABLE',
  OnMaintenance: 'MAINTENANCE',
  DDoSProtection: 'RATE_LIMITED',
  RateLimitExceeded: 'RATE_LIMITED',
  InvalidNonce: 'BAD_NONCE',
  BadResponse: 'BAD_RESPONSE',
  NullResponse: 'BAD_RESPONSE',
}

function byClass(name: string, asked: Asked, status: number | null): Verdict {
  if (name === 'DuplicateOrderId') return { kind: 'exists', code: 'DUPLICATE_ID', reject: RejectCode.duplicateId }
  if (name === 'OrderNotFound') {
    // Said of an order just sent it would make no sense, so nothing is concluded from it.
    return asked === 'submit'
      ? { kind: 'unknown', code: 'ORDER_NOT_FOUND' }
      : rejected('UNKNOWN_ORDER', RejectCode.unknownOrder)
  }
  if (status === 429) return rejected('RATE_LIMITED', RejectCode.unavailable)
  return CLASSES[name] ?? { kind: 'unknown', code: UNKNOWN[name] ?? 'VENUE_ERROR' }
}

const WORST: readonly FailureKind[] = ['unknown', 'exists', 'rejected']

/** By the venue's words: of several the least certain counts; null where none is known. */
function byWords(texts: readonly string[], rules: readonly FailureRule[]): Verdict | null {
  const found = texts.flatMap((text) => rules.find((rule) => rule.words.test(text)) ?? [])
  return WORST.flatMap((kind) => found.find((rule) => rule.kind === kind) ?? [])[0] ?? null
}

export interface FailureInput {
  readonly error: unknown
  readonly facts: CallFacts
  readonly asked: Asked
  /** Of the order, where there is one: a sell lacks base where a buy lacks funds. */
  readonly side: Side | null
  readonly venue: string
  /** What the venue said, taken from the answer. */
  readonly texts: readonly string[]
  readonly rules: readonly FailureRule[]
  readonly redactor: Redactor
}

/** The failure in tandem's words. Nothing of the original but class name and cleaned text survives. */
export function failureOf(input: FailureInput): ExchangeError {
  const { error, facts, asked, side, venue, texts, rules, redactor } = input
  if (error instanceof ExchangeError) return error
  const name = error instanceof Error ? error.name : 'unknown'
  const verdict = byWords(texts, rules) ?? byClass(name, asked, facts.status)
  const kind = facts.sent ? verdict.kind : 'local'
  const said = texts.map((text) => redactor.clean(text)).join('; ')
  const venueText = said === '' ? null : said
  const lacks = verdict.reject === RejectCode.insufficientFunds && side === Side.sell
  const reject = lacks ? RejectCode.insufficientBase : verdict.reject
  return new ExchangeError(lineOf(venue, kind, facts.status, name, venueText), {
    kind,
    code: facts.sent ? verdict.code : (CLASSES[name]?.code ?? 'NOT_SENT'),
    ...(reject === undefined ? {} : { reject }),
    venueText,
    retryAfterMs: retryAfterMs(facts.retryAfter),
  })
}

const WHAT: Readonly<Record<string, string>> = {
  RequestTimeout: 'no answer in time',
  NetworkError: "can't be reached, or the connection broke",
}

function lineOf(venue: string, kind: FailureKind, status: number | null, name: string, said: string | null): string {
  const what = said ?? WHAT[name] ?? (status === null ? `failed (${name})` : `answered with HTTP ${status} (${name})`)
  return kind === 'local' ? `${venue}: nothing was sent: ${what}` : `${venue}: ${what}`
}

function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\d{1,6}(\.\d+)?$/.test(header.trim()) ? Math.ceil(Number(header) * 1000) : null
}

/** A refusal of our own: nothing was sent. */
export function refuse(venue: string, code: string, message: string, reject?: RejectCode): ExchangeError {
  return new ExchangeError(`${venue}: ${message}`, {
    kind: 'local',
    code,
    ...(reject === undefined ? {} : { reject }),
  })
}

/** An answer that makes no sense. After an order nobody knows what became of it. */
export function oddAnswer(venue: string, what: string): ExchangeError {
  return new ExchangeError(`${venue}: ${what}`, { kind: 'unknown', code: 'BAD_RESPONSE' })
}
