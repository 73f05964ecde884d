/**
 * What danfojs-node needs of TensorFlow, in float64 and nothing else: TensorFlow's own tensors are float32, which turns
 * 1600000060001 into 1600000098304, and its native library is downloaded by an install script. A tensor here is a shape
 * and its numbers row by row; the two operands of an operation are broadcast as NumPy does for one and two dimensions.
 */

class Tensor {
  constructor(values, shape) {
    this.values = values
    this.shape = shape
    this.rank = shape.length
    this.size = values.length
    this.dtype = 'float64'
  }

  arraySync() {
    if (this.rank === 0) return this.values[0]
    if (this.rank === 1) return Array.from(this.values)
    const [rows, columns] = this.shape
    return Array.from({ length: rows }, (_, row) => Array.from(this.values.slice(row * columns, (row + 1) * columns)))
  }

  array() {
    return Promise.resolve(this.arraySync())
  }

  dataSync() {
    return this.values.slice()
  }

  clone() {
    return new Tensor(this.values.slice(), [...this.shape])
  }

  transpose() {
    if (this.rank < 2) return this.clone()
    const [rows, columns] = this.shape
    const turned = Array.from({ length: this.size }, (_, i) => this.values[(i % rows) * columns + Math.floor(i / rows)])
    return new Tensor(turned, [columns, rows])
  }

  sqrt() {
    return new Tensor(this.values.map(Math.sqrt), this.shape)
  }

  /** One number for each column (axis 0), for each row (axis 1), or for all of them (no axis). */
  reduce(axis, fold) {
    if (this.rank === 0) return this.clone()
    if (axis === undefined || this.rank === 1) return new Tensor([fold(Array.from(this.values))], [])
    const lines = (axis === 0 ? this.transpose() : this).arraySync()
    return new Tensor(lines.map(fold), [lines.length])
  }

  mean(axis) {
    return this.reduce(axis, average)
  }

  max(axis) {
    return this.reduce(axis, (line) => line.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY))
  }

  min(axis) {
    return this.reduce(axis, (line) => line.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY))
  }

  sum(axis) {
    return this.reduce(axis, (line) => line.reduce((a, b) => a + b, 0))
  }

  argMax(axis) {
    return this.reduce(axis, (line) => line.reduce((best, x, i) => (x > line[best] ? i : best), 0))
  }

  argMin(axis) {
    return this.reduce(axis, (line) => line.reduce((best, x, i) => (x < line[best] ? i : best), 0))
  }
}

const OPERATIONS = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  divNoNan: (a, b) => (b === 0 ? 0 : a / b),
  pow: (a, b) => a ** b,
  // The sign of the divisor, as Python and TensorFlow have it.
  mod: (a, b) => a - b * Math.floor(a / b),
  greater: (a, b) => Number(a > b),
  greaterEqual: (a, b) => Number(a >= b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
}

for (const [name, operation] of Object.entries(OPERATIONS)) {
  Tensor.prototype[name] = function (other) {
    return broadcast(this, other instanceof Tensor ? other : scalar(other), operation)
  }
}

function broadcast(a, b, operation) {
  const rank = Math.max(a.rank, b.rank)
  const [left, right] = [planeOf(a), planeOf(b)]
  const size = [0, 1].map((axis) => {
    const [m, n] = [left[axis], right[axis]]
    if (m !== n && m !== 1 && n !== 1) throw new Error(`shapes [${a.shape}] and [${b.shape}] don't fit together`)
    return m === 1 ? n : m
  })
  const values = Array.from({ length: size[0] * size[1] }, (_, i) => {
    const [row, column] = [Math.floor(i / size[1]), i % size[1]]
    return operation(at(a, left, row, column), at(b, right, row, column))
  })
  return new Tensor(values, size.slice(2 - rank))
}

/** Rows and columns: a list is one row. */
function planeOf({ shape }) {
  return shape.length === 2 ? shape : [1, shape[0] ?? 1]
}

function at(tensor, [rows, columns], row, column) {
  return tensor.values[(rows === 1 ? 0 : row) * columns + (columns === 1 ? 0 : column)]
}

function average(line) {
  return line.reduce((a, b) => a + b, 0) / line.length
}

function scalar(value) {
  return new Tensor([Number(value)], [])
}

function tensor1d(values) {
  return new Tensor(Array.from(values, Number), [values.length])
}

function tensor2d(rows, shape) {
  const values = Array.from(rows).flat().map(Number)
  return new Tensor(values, shape ?? [rows.length, rows[0]?.length ?? 0])
}

/** Mean and population variance along an axis. */
function moments(tensor, axis) {
  const variance = (line) => {
    const mean = average(line)
    return average(line.map((x) => (x - mean) ** 2))
  }
  return { mean: tensor.mean(axis), variance: tensor.reduce(axis, variance) }
}

/** A list that can be shuffled by a seed: FNV-1a of the seed feeds mulberry32, and that a Fisher-Yates shuffle. */
function listOf(values) {
  return {
    take: (count) => listOf(values.slice(0, count)),
    toArray: () => Promise.resolve([...values]),
    shuffle: (_buffer, seed) => {
      const next = generator(String(seed))
      const shuffled = [...values]
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1))
        ;[shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]]
      }
      return listOf(shuffled)
    },
  }
}

function generator(seed) {
  let state = 2166136261
  for (const letter of seed) state = Math.imul(state ^ letter.codePointAt(0), 16777619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

module.exports = { Tensor, scalar, tensor1d, tensor2d, tensor: tensor1d, moments, data: { array: listOf } }
