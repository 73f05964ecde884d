/**
 * Small expressions over named values: conditions of a space (`fast < slow`), objectives and constraints
 * (`sharpe - 0.5 * abs(maxDrawdown)`). Parsed here and compiled to closures; nothing is ever evaluated as code.
 *
 *   or > and > not > comparison > + - > * / % > unary - > ^ > call, name, number, 'text', true, false, null, ( … )
 *
 * A null operand makes the result null (an undefined metric has no sum and no order); a condition holds where it is
 * true, so that null doesn't satisfy it.
 */

import { TandemError } from '../core/errors.ts'
import { suggestion } from '../run/suggest.ts'
import { anyPower } from '../stats/power.ts'

export type Value = number | string | boolean | null

/** An expression bound to its names: values in the order of the names it was compiled for. */
export interface Expression {
  readonly text: string
  /** Indices of the names it reads. */
  readonly reads: readonly number[]
  value(values: readonly Value[]): Value
}

type Node = (values: readonly Value[]) => Value

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'sign' | 'end'
  readonly text: string
  /** Column, from 1. */
  readonly at: number
}

export interface Names {
  /** Every name there is, for hints. */
  readonly known: readonly string[]
  /** Where a name's value stands; null for an unknown one. Throws for one that is ambiguous. */
  index(name: string): number | null
}

/** Names that stand for themselves. */
export function plainNames(known: readonly string[]): Names {
  const places = new Map(known.map((name, index) => [name, index]))
  return { known, index: (name) => places.get(name) ?? null }
}

/** Compiles an expression. Throws `BAD_EXPRESSION`, naming the column; `where` is the key it stands under. */
export function compile(text: string, names: Names, where: string): Expression {
  const parser = new Parser(text, names, where)
  const node = parser.whole()
  return { text, reads: [...parser.reads].sort((a, b) => a - b), value: node }
}

/** Whether a condition holds. */
export function holds(expression: Expression, values: readonly Value[]): boolean {
  return expression.value(values) === true
}

/** An expression's number; null where it has none. A finite one always: beyond doubles is null. */
export function numberOf(expression: Expression, values: readonly Value[]): number | null {
  const value = expression.value(values)
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

const FUNCTIONS: Readonly<Record<string, { readonly arity: readonly [number, number]; readonly of: Arithmetic }>> = {
  abs: { arity: [1, 1], of: Math.abs },
  sqrt: { arity: [1, 1], of: Math.sqrt },
  log: { arity: [1, 1], of: Math.log },
  exp: { arity: [1, 1], of: Math.exp },
  floor: { arity: [1, 1], of: Math.floor },
  ceil: { arity: [1, 1], of: Math.ceil },
  round: { arity: [1, 1], of: Math.round },
  min: { arity: [1, 16], of: Math.min },
  max: { arity: [1, 16], of: Math.max },
}

type Arithmetic = (...numbers: number[]) => number

const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': anyPower,
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

const DEEPEST = 64

class Parser {
  readonly reads = new Set<number>()
  private readonly text: string
  private readonly names: Names
  private readonly where: string
  private readonly tokens: readonly Token[]
  private at = 0
  private depth = 0

  constructor(text: string, names: Names, where: string) {
    this.text = text
    this.names = names
    this.where = where
    this.tokens = tokenize(text, (message, at) => this.fail(message, at))
  }

  whole(): Node {
    const node = this.either()
    const { kind, text, at } = this.token
    return kind === 'end' ? node : this.fail(`unexpected '${text}'`, at)
  }

  private get token(): Token {
    return this.tokens[this.at]!
  }

  private take(...texts: readonly string[]): string | null {
    const { kind, text } = this.token
    if ((kind !== 'sign' && kind !== 'name') || !texts.includes(text)) return null
    this.at += 1
    return text
  }

  private fail(message: string, at: number, hint?: string): never {
    throw new TandemError(`'${this.text}', column ${at}: ${message}`, {
      code: 'BAD_EXPRESSION',
      where: this.where,
      ...(hint === undefined ? {} : { hint }),
    })
  }

  private either(): Node {
    if (++this.depth > DEEPEST) this.fail('too deeply nested', this.token.at)
    let left = this.both()
    while (this.take('or', '||') !== null) {
      const [a, b] = [left, this.both()]
      left = (values) => a(values) === true || b(values) === true
    }
    this.depth -= 1
    return left
  }

  private both(): Node {
    let left = this.negation()
    while (this.take('and', '&&') !== null) {
      const [a, b] = [left, this.negation()]
      left = (values) => a(values) === true && b(values) === true
    }
    return left
  }

  private negation(): Node {
    if (this.take('not', '!') === null) return this.comparison()
    if (++this.depth > DEEPEST) this.fail('too deeply nested', this.token.at)
    const inner = this.negation()
    this.depth -= 1
    return (values) => {
      const value = inner(values)
      return value === null ? null : value !== true
    }
  }

  private comparison(): Node {
    const left = this.sum()
    const sign = this.take('<', '<=', '>', '>=', '==', '=', '!=')
    if (sign === null) return left
    const right = this.sum()
    const order = COMPARISONS[sign]
    if (order === undefined) {
      const wanted = sign !== '!='
      return (values) => {
        const [a, b] = [left(values), right(values)]
        return a === null || b === null ? null : (a === b) === wanted
      }
    }
    return (values) => {
      const [a, b] = [left(values), right(values)]
      return typeof a === 'number' && typeof b === 'number' ? order(a, b) : null
    }
  }

  private sum(): Node {
    return this.chain(['+', '-'], () => this.product())
  }

  private product(): Node {
    return this.chain(['*', '/', '%'], () => this.unary())
  }

  private chain(signs: readonly string[], next: () => Node): Node {
    let left = next()
    for (let sign = this.take(...signs); sign !== null; sign = this.take(...signs)) {
      left = arithmetic(BINARY[sign]!, left, next())
    }
    return left
  }

  private unary(): Node {
    if (this.take('-') === null) return this.power()
    if (++this.depth > DEEPEST) this.fail('too deeply nested', this.token.at)
    const inner = this.unary()
    this.depth -= 1
    return (values) => {
      const value = inner(values)
      return typeof value === 'number' ? -value : null
    }
  }

  private power(): Node {
    const base = this.atom()
    return this.take('^') === null ? base : arithmetic(BINARY['^']!, base, this.unary())
  }

  private atom(): Node {
    const token = this.token
    this.at += 1
    if (token.kind === 'number') return constant(Number(token.text))
    if (token.kind === 'text') return constant(token.text)
    if (token.kind === 'name') return this.named(token)
    if (token.text !== '(')
      this.fail(token.kind === 'end' ? 'something is missing here' : `unexpected '${token.text}'`, token.at)
    const inner = this.either()
    if (this.take(')') === null) this.fail("')' is missing", this.token.at)
    return inner
  }

  private named(token: Token): Node {
    const { text } = token
    if (text === 'true' || text === 'false') return constant(text === 'true')
    if (text === 'null') return constant(null)
    if (this.take('(') !== null) return this.call(token)
    const index = this.names.index(text)
    if (index === null) this.fail(`there is no '${text}'`, token.at, suggestion(text, this.names.known))
    this.reads.add(index)
    return (values) => values[index]!
  }

  private call({ text, at }: Token): Node {
    const called = Object.hasOwn(FUNCTIONS, text) ? FUNCTIONS[text]! : null
    if (called === null) this.fail(`there is no function '${text}'`, at, suggestion(text, Object.keys(FUNCTIONS)))
    const parts = [this.either()]
    while (this.take(',') !== null) parts.push(this.either())
    if (this.take(')') === null) this.fail("')' is missing", this.token.at)
    const [least, most] = called.arity
    if (parts.length < least || parts.length > most)
      this.fail(`${text} takes ${least === most ? least : `up to ${most}`} value(s)`, at)
    return (values) => {
      const numbers = parts.map((part) => part(values))
      return numbers.every((one) => typeof one === 'number') ? finite(called.of(...numbers)) : null
    }
  }
}

function constant(value: Value): Node {
  return () => value
}

function arithmetic(of: (a: number, b: number) => number, left: Node, right: Node): Node {
  return (values) => {
    const [a, b] = [left(values), right(values)]
    return typeof a === 'number' && typeof b === 'number' ? finite(of(a, b)) : null
  }
}

/** What isn't a number (1/0, √−1) is undefined, as a metric is. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

const TOKEN =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|(?<name>[A-Za-z_][\w]*(?:\.[\w]+)*)|'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<sign><=|>=|==|!=|&&|\|\||[-+*/%^()<>=!,]))/iy

function tokenize(text: string, fail: (message: string, at: number) => never): Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN.source, TOKEN.flags)
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const from = pattern.lastIndex
    const match = pattern.exec(text)
    if (match === null) {
      const at = from + text.slice(from).search(/\S/)
      return fail(`unexpected '${text[at]}'`, at + 1)
    }
    const { number, name, single, double, sign } = match.groups!
    const whole = number ?? name ?? single ?? double ?? sign!
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : sign !== undefined ? 'sign' : 'text'
    tokens.push({ kind, text: whole, at: match.index + match[0].search(/\S/) + 1 })
  }
  tokens.push({ kind: 'end', text: '', at: text.length + 1 })
  return tokens
}
