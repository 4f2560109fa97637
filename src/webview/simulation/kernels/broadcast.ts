import { broadcastIndices } from './indices'
import type { Done, Field } from './kernel'

const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((size, axis) => size === b[axis])

/** A field at the places of a larger shape, and what flows back from there. */
interface Spread {
  readonly data: Float32Array
  readonly gather: (gradient: Float32Array) => Float32Array
}

function spread(x: Field, shape: readonly number[]): Spread {
  if (same(x.shape, shape)) return { data: x.data, gather: (gradient) => gradient }
  const indices = broadcastIndices(x.shape, shape)
  return {
    data: Float32Array.from(indices, (index) => x.data[index] as number),
    gather(gradient) {
      const back = new Float32Array(x.data.length)
      indices.forEach((from, index) => {
        back[from] = (back[from] as number) + (gradient[index] as number)
      })
      return back
    },
  }
}

/** Σ sign·x with broadcasting. */
export function sum(inputs: readonly Field[], signs: readonly (1 | -1)[], shape: readonly number[]): Done {
  const parts = inputs.map((field) => spread(field, shape))
  const data = new Float32Array(parts[0]?.data.length ?? 0)
  parts.forEach((part, which) => {
    const sign = signs[which] ?? 1
    part.data.forEach((z, index) => {
      data[index] = (data[index] as number) + sign * z
    })
  })
  return {
    output: { shape, data },
    backward: (gradient) => parts.map(({ gather }, which) => gather(signs[which] === -1 ? gradient.map((g) => -g) : gradient)),
  }
}

/** Elementwise product, or quotient, of two broadcast inputs. */
export function product(a: Field, b: Field, shape: readonly number[], divide: boolean): Done {
  const [left, right] = [spread(a, shape), spread(b, shape)]
  const factor = divide ? right.data.map((z) => 1 / z) : right.data
  const data = left.data.map((z, index) => z * (factor[index] as number))
  return {
    output: { shape, data },
    backward: (gradient) => [
      left.gather(gradient.map((g, index) => g * (factor[index] as number))),
      right.gather(
        gradient.map((g, index) => (divide ? -g * (data[index] as number) * (factor[index] as number) : g * (left.data[index] as number))),
      ),
    ],
  }
}

/** condition ? a : b, broadcast. Nothing flows back to the condition. */
export function chosen(condition: Field, a: Field, b: Field, shape: readonly number[]): Done {
  const test = spread(condition, shape).data
  const [yes, no] = [spread(a, shape), spread(b, shape)]
  return {
    output: { shape, data: test.map((c, index) => (c === 0 ? (no.data[index] as number) : (yes.data[index] as number))) },
    backward: (gradient) => [
      null,
      yes.gather(gradient.map((g, index) => (test[index] === 0 ? 0 : g))),
      no.gather(gradient.map((g, index) => (test[index] === 0 ? g : 0))),
    ],
  }
}

const relations = {
  lt: (a: number, b: number) => a < b,
  le: (a: number, b: number) => a <= b,
  gt: (a: number, b: number) => a > b,
  ge: (a: number, b: number) => a >= b,
  eq: (a: number, b: number) => a === b,
  ne: (a: number, b: number) => a !== b,
} as const

/** 1 where the relation holds between x and a number, or a second input. */
export function compared(x: Field, other: Field | number, relation: keyof typeof relations, shape: readonly number[]): Done {
  const holds = relations[relation]
  const left = spread(x, shape).data
  const right = typeof other === 'number' ? null : spread(other, shape).data
  const data = left.map((z, index) => (holds(z, right === null ? (other as number) : (right[index] as number)) ? 1 : 0))
  return { output: { shape, data }, backward: () => [null, null] }
}
