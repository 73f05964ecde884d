import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TandemError } from '../../engine/core/errors.ts'
import { compile, holds, numberOf, plainNames, type Value } from '../../engine/sweep/expression.ts'

const NAMES = plainNames(['a', 'b', 'name', 'flag', 'data.timeframe'])
const value = (text: string, values: readonly Value[] = [3, 5, 'x', true, '1h']): Value =>
  compile(text, NAMES, 'test').value(values)

describe('expressions', () => {
  it.each<[string, Value]>([
    ['a + b * 2', 13],
    ['(a + b) * 2', 16],
    ['b - a - 1', 1],
    ['-a ^ 2', -9],
    ['2 ^ 3 ^ 2', 512],
    ['b % a', 2],
    ['1e-3 * .5', 0.0005],
    ['a < b', true],
    ['a < b and b < a', false],
    ['a < b or b < a', true],
    ['not a < b', false],
    ['!(a >= b) && a != b', true],
    ["name == 'x'", true],
    ['data.timeframe = "1h"', true],
    ['flag', true],
    ['min(a, b, 1)', 1],
    ['max(a, b) + abs(-2) + sqrt(4)', 9],
    ['1 / 0', null],
    ['sqrt(-1)', null],
    ['a + name', null],
    ['null < 1', null],
  ])('%s is %s', (text, expected) => {
    expect(value(text)).toBe(expected)
  })

  it('lets a condition hold only where it is true', () => {
    expect(holds(compile('a < b', NAMES, 'test'), [null, 5])).toBe(false)
    expect(holds(compile('not a < b', NAMES, 'test'), [null, 5])).toBe(false)
    expect(numberOf(compile('a', NAMES, 'test'), [null])).toBe(null)
    expect(numberOf(compile('a > 1', NAMES, 'test'), [2])).toBe(1)
  })

  it.each([
    ['a <', 'column 4'],
    ['a b', "column 3: unexpected 'b'"],
    ['(a', "')' is missing"],
    ['aa + 1', "there is no 'aa'"],
    ['eval(a)', "there is no function 'eval'"],
    ['constructor', "there is no 'constructor'"],
    ['abs(1, 2)', 'abs takes 1'],
    ['a ; b', "column 3: unexpected ';'"],
    ['', 'something is missing'],
    ['('.repeat(500), 'too deeply nested'],
  ])('refuses %s in one line', (text, message) => {
    expect(() => compile(text, NAMES, 'sweep.where')).toThrow(TandemError)
    expect(() => compile(text, NAMES, 'sweep.where')).toThrow(message)
  })

  it('computes what JavaScript does', () => {
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('a', 'b', '2', '0.5'),
        fc
          .tuple(tie('node'), fc.constantFrom('+', '-', '*', '/'), tie('node'))
          .map(([x, sign, y]) => `(${x} ${sign} ${y})`),
      ),
    })).node
    fc.assert(
      fc.property(tree, fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), (text, a, b) => {
        const reference: unknown = new Function('a', 'b', `return ${text}`)(a, b)
        const found = compile(text, NAMES, 'test').value([a, b])
        // A part without a value leaves the whole without one, where JavaScript may get back from Infinity.
        if (found !== null) expect(found).toBe(reference)
        else expect(text).toContain('/')
      }),
      { seed: 7 },
    )
  })
})
