/**
 * The promotion bundle: everything that live needs of a configuration, and the evidence that it earned its way, in one
 * file that can't be changed unnoticed. Every leaf of the content has a hash of its own, so that a changed one is named;
 * the signature covers them all.
 */

import { createHash, sign, verify } from 'node:crypto'
import { canonicalJson } from '../core/canonical.ts'
import type { ExpectedBehaviour } from './bands.ts'
import type { GateResult } from './gates.ts'
import { publicKeyFrom, type SigningKey } from './keys.ts'
import type { GateName, Policy } from './policy.ts'

export const BUNDLE_FORMAT = 'tandem-bundle/1'

/** A gate that failed and is overridden, for ever visible. */
export interface Override {
  readonly gate: GateName
  readonly justification: string
  readonly by: string
}

export interface IndicatorSnapshot {
  readonly symbol: string
  /** The spec as the strategy asked for it. */
  readonly spec: Readonly<Record<string, number | string | boolean>>
  /** Bars that went into it, from the origin on. */
  readonly bars: number
  /** Base64. */
  readonly state: string
}

/** What is signed. Plain data: it survives YAML and JSON. */
export interface BundleContent {
  readonly format: typeof BUNDLE_FORMAT
  readonly name: string
  readonly runId: string
  readonly createdMs: number
  /** Version of tandem that made it; live with another refuses or warns. */
  readonly code: string
  /** The run file, resolved. */
  readonly config: unknown
  readonly hashes: {
    readonly config: string
    readonly strategy: string
    readonly data: string
    readonly rulebook: string
    readonly fees: string
    readonly decisions: string
  }
  /** The strategy's name, and its bundled source where it isn't one that comes with tandem. */
  readonly strategy: { readonly name: string; readonly source: string | null }
  /** First row of the run: a running sum or an average depends on where it began. */
  readonly origin: {
    readonly fromMs: number
    readonly toMs: number
    readonly bars: number
    readonly indicators: readonly IndicatorSnapshot[]
    /** The strategy's own state at the end, base64; null where it has none. */
    readonly strategyState: string | null
  }
  readonly gates: readonly GateResult[]
  readonly overrides: readonly Override[]
  readonly expected: ExpectedBehaviour
  readonly limits: Policy['limits']
  readonly stages: Policy['stages']
  readonly policy: string
}

export interface Seal {
  /** Raw Ed25519 public key, base64. */
  readonly publicKey: string
  /** First 16 bytes of the SHA-256 of each leaf's canonical JSON, by path. */
  readonly fields: Readonly<Record<string, string>>
  /** Ed25519 over the canonical JSON of format, public key and fields; base64. */
  readonly signature: string
}

export interface Bundle {
  readonly content: BundleContent
  readonly seal: Seal
}

/** Signs a content. */
export function sealBundle(content: BundleContent, { privateKey, publicKey }: SigningKey): Bundle {
  const fields = fieldHashes(content)
  const signature = sign(null, signedBytes(publicKey, fields), privateKey).toString('base64')
  return { content, seal: { publicKey, fields, signature } }
}

/**
 * What is wrong with a bundle, one line each, naming the field; nothing where it is exactly as it was signed, by one of
 * the trusted keys.
 */
export function bundleFaults(bundle: unknown, trusted: readonly string[]): readonly string[] {
  const { content, seal, ...rest } = (isObject(bundle) ? bundle : {}) as { content?: unknown; seal?: unknown }
  const strange = Object.keys(rest).map((key) => `${key}: added`)
  if (!isObject(content)) return [...strange, 'content: missing']
  if (!isObject(seal)) return [...strange, 'seal: missing']
  const { publicKey, fields, signature, ...others } = seal as Record<string, unknown>
  strange.push(...Object.keys(others).map((key) => `seal.${key}: added`))
  if (typeof publicKey !== 'string' || publicKeyFrom(publicKey) === null) return [...strange, 'seal.publicKey: no key']
  if (!isObject(fields)) return [...strange, 'seal.fields: missing']
  if (typeof signature !== 'string') return [...strange, 'seal.signature: missing']
  const faults = [...strange, ...changedFields(fieldHashes(content), fields as Record<string, unknown>)]
  const bytes = Buffer.from(signature, 'base64')
  const whole = bytes.length === 64 && bytes.toString('base64') === signature
  const signed =
    whole && verify(null, signedBytes(publicKey, fields as Record<string, string>), publicKeyFrom(publicKey)!, bytes)
  if (!signed) {
    const which = trusted.includes(publicKey)
      ? 'seal.signature, or the hashes in seal.fields,'
      : 'seal.publicKey or seal.signature'
    faults.push(`${which} changed: the signature doesn't hold`)
  } else if (!trusted.includes(publicKey)) {
    faults.push(`seal.publicKey: signed by ${publicKey}, which isn't trusted here`)
  }
  return faults
}

function changedFields(now: Readonly<Record<string, string>>, then: Readonly<Record<string, unknown>>): string[] {
  const faults: string[] = []
  for (const [path, hash] of Object.entries(now)) {
    if (!Object.hasOwn(then, path)) faults.push(`${path}: added`)
    else if (then[path] !== hash) faults.push(`${path}: changed`)
  }
  for (const path of Object.keys(then)) if (!Object.hasOwn(now, path)) faults.push(`${path}: missing`)
  return faults
}

/** Hash of every leaf by its path; an empty list or section is a leaf. */
export function fieldHashes(content: unknown): Record<string, string> {
  const hashes: Record<string, string> = {}
  const visit = (value: unknown, path: string): void => {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
    if (entries.length === 0) {
      hashes[path] = leafHash(value, path)
      return
    }
    for (const [key, member] of entries) if (member !== undefined) visit(member, path === '' ? key : `${path}.${key}`)
  }
  visit(content, '')
  return hashes
}

function leafHash(value: unknown, path: string): string {
  const text = canonicalJson([path, Array.isArray(value) ? 'list' : typeof value, value])
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32)
}

function signedBytes(publicKey: string, fields: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(canonicalJson({ format: BUNDLE_FORMAT, publicKey, fields }), 'utf8')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
