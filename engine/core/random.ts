/**
 * The small seeded generator: the same numbers on every machine and Node version, since it is whole-number arithmetic
 * alone. sfc32 (C. Doty-Humphrey, PractRand 2010), its state filled from the text of seed and label by FNV-1a with a
 * final mix.
 */

/** Uniform numbers in [0, 1), 32 bits each. */
export type Uniform = () => number

/** A generator of its own for each `label`, so that one consumer's draws don't shift another's. */
export function seededUniform(seed: number | string, label = ''): Uniform {
  const text = `${seed}/${label}`
  let [a, b, c, counter] = [hash(text, 1), hash(text, 2), hash(text, 3), 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
  for (let i = 0; i < 12; i++) next()
  return next
}

/** A whole number from 0 to `below` − 1. */
export function wholeBelow(uniform: Uniform, below: number): number {
  return Math.floor(uniform() * below)
}

/** FNV-1a over the text's UTF-16 units, then the finaliser of MurmurHash3. */
function hash(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ salt
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
