/**
 * Goal: nothing in a bundle can be changed unnoticed. Method: every leaf is changed, removed, and added to in turn; random
 * bytes of the file are changed; each time the bundle is refused, with the field's name.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Bundle, bundleFaults, fieldHashes, sealBundle } from '../../engine/promote/bundle.ts'
import { bundleText, parseBundle } from '../../engine/promote/bundle-file.ts'
import { CONTENT, freshKey } from './samples.ts'

const key = freshKey()
const trusted = [key.publicKey]
const bundle = sealBundle(CONTENT, key)
const text = bundleText(bundle)

interface Tree {
  [key: string]: unknown
}

/** A deep copy with the value at `path` put through `change`; undefined removes it. */
function altered(path: readonly string[], change: (value: unknown) => unknown): Bundle {
  const copy = structuredClone(bundle) as unknown as { content: Tree }
  const last = path.at(-1)!
  const parent = path.slice(0, -1).reduce((node, step) => node[step] as Tree, copy.content)
  const value = change(parent[last])
  if (value !== undefined) parent[last] = value
  else if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else delete parent[last]
  return copy as unknown as Bundle
}

/** Another value, mostly of the same kind. */
function other(value: unknown, pick: number): unknown {
  if (pick % 5 === 4) return value === null ? 'null' : null
  if (typeof value === 'number') return pick % 2 === 0 ? value + 1 : -value - 1e-9
  if (typeof value === 'string') return pick % 2 === 0 ? `${value} ` : value === '' ? 'x' : value.slice(1)
  if (typeof value === 'boolean') return !value
  if (value === null) return 0
  return Array.isArray(value) ? [1] : { x: 1 }
}

const paths = Object.keys(fieldHashes(CONTENT)).map((path) => path.split('.'))

describe('a sealed bundle', () => {
  it('holds as it is, also through its file', () => {
    expect(bundleFaults(bundle, trusted)).toEqual([])
    expect(parseBundle(text, 'live.yaml', trusted)).toEqual(parse(text))
    expect(paths.length).toBeGreaterThan(70)
  })

  it.each(paths.map((path) => [path.join('.'), path] as const))(
    '%s changed or removed is refused by name',
    (name, path) => {
      fc.assert(
        fc.property(fc.nat(20), (pick) => {
          const faults = bundleFaults(
            altered(path, (value) => other(value, pick)),
            trusted,
          )
          expect(faults.join('\n')).toContain(`${name}`)
        }),
        { numRuns: 4 },
      )
      const removed = altered(path, () => undefined)
      expect(bundleFaults(removed, trusted).some((fault) => fault.startsWith(`${name}: `))).toBe(true)
      expect(() => parseBundle(bundleText(removed), 'live.yaml', trusted)).toThrow(/changed|missing|added/)
    },
  )

  it('an added key is refused by name, at every level', () => {
    for (const path of ['extra', 'config.extra', 'limits.extra', 'origin.extra']) {
      expect(
        bundleFaults(
          altered(path.split('.'), () => 1),
          trusted,
        ),
      ).toContain(`${path}: added`)
    }
    expect(bundleFaults({ ...bundle, extra: 1 }, trusted)).toContain('extra: added')
  })

  it('the seal: key, hashes, signature; a stranger who signs anew is told', () => {
    const seal = (change: object) =>
      bundleFaults({ ...bundle, seal: { ...bundle.seal, ...change } }, trusted).join('\n')
    expect(seal({ publicKey: freshKey().publicKey })).toMatch(/seal.publicKey/)
    expect(seal({ publicKey: 'abc' })).toMatch(/seal.publicKey/)
    expect(seal({ signature: Buffer.alloc(64).toString('base64') })).toMatch(/seal.signature/)
    expect(seal({ signature: `${bundle.seal.signature} ` })).toMatch(/seal.signature/)
    expect(seal({ more: 1 })).toMatch(/seal.more: added/)
    const [field] = Object.keys(bundle.seal.fields)
    expect(seal({ fields: { ...bundle.seal.fields, [field!]: 'x' } })).toContain(`${field}: changed`)
    const stranger = sealBundle({ ...CONTENT, name: 'better' }, freshKey())
    expect(bundleFaults(stranger, trusted).join()).toMatch(/seal.publicKey: signed by .* isn't trusted/)
    // Content and hashes changed together, with the old signature.
    const forged = sealBundle({ ...CONTENT, name: 'better' }, key)
    const half = { content: forged.content, seal: { ...forged.seal, signature: bundle.seal.signature } }
    expect(bundleFaults(half, trusted).join()).toMatch(/signature/)
  })

  it('any changed byte of the file is refused, with a name', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 9, max: 126 }), (at, code) => {
        const byte = String.fromCharCode(code)
        fc.pre(byte !== text[at])
        const changed = text.slice(0, at) + byte + text.slice(at + 1)
        expect(() => parseBundle(changed, 'live.yaml', trusted)).toThrow()
        try {
          parseBundle(changed, 'live.yaml', trusted)
        } catch (error) {
          expect(error).toMatchObject({ name: 'TandemError', code: 'BAD_BUNDLE', exitCode: 1 })
        }
      }),
      { numRuns: 250 },
    )
  })

  it('so is a value that became an alias, with its field and line', () => {
    const line = text.split('\n').findIndex((one) => /^ +name: /.test(one))
    const changed = text.replace(/^( +name: )\S/m, '$1*')
    expect(changed).not.toBe(text)
    expect(() => parseBundle(changed, 'live.yaml', trusted)).toThrow(
      `name: line ${line + 1} points to another place, which no bundle does`,
    )
  })

  it('so is a changed spelling of the same values', () => {
    for (const changed of [`${text}\n`, text.replace('equity: 10000', 'equity: 1e4'), text.replace('# A', '# B')]) {
      expect(changed).not.toBe(text)
      expect(() => parseBundle(changed, 'live.yaml', trusted)).toThrow(/isn't spelled as it was written/)
    }
    const line = text.replace('equity: 10000', 'equity:  10000')
    expect(() => parseBundle(line, 'live.yaml', trusted)).toThrow(/config.account.equity/)
  })
})
