/** Einstein sums, lowered to permutations, reshapes, one matrix product for each pair of operands, and sums. */
import { runtimeError, type Site } from '../site'
import type { TensorValue } from '../tensor'
import { count } from '../tensor/layout'
import { permute, reshape } from '../tensor/views'
import { multiply } from './arithmetic'
import { matmul } from './matmul'
import { reduce } from './reduce'

interface Labelled {
  readonly tensor: TensorValue
  /** One for each axis; axes that `...` stands for get digits, counted from the right. */
  readonly labels: readonly string[]
}

export function einsum(at: Site, equation: string, operands: readonly TensorValue[]): TensorValue {
  const text = equation.replaceAll(' ', '')
  const [left = '', right] = text.split('->')
  const terms = left.split(',')
  if (terms.length !== operands.length) runtimeError(at, `einsum(): fewer operands were provided than specified in the equation`)
  const all = terms.map((term, index) => labelled(at, term, operands[index] as TensorValue))
  checkSizes(at, all)
  const hidden = [...new Set(all.flatMap(({ labels }) => labels.filter((label) => label < 'A')))].sort().reverse()
  const output = right === undefined ? implicitOutput(left, hidden) : expandLabels(right, hidden)
  const [first, ...rest] = all as [Labelled, ...Labelled[]]
  let result = summed(at, withoutRepeats(at, first), new Set([...output, ...rest.flatMap(({ labels }) => labels)]))
  for (const [index, next] of rest.entries()) {
    const later = rest.slice(index + 1).flatMap(({ labels }) => labels)
    result = pair(at, result, withoutRepeats(at, next), new Set([...output, ...later]))
  }
  return ordered(at, summed(at, result, new Set(output)), output).tensor
}

/** Labels of a term in order, `...` as the digits of the axes that it stands for. */
function expandLabels(term: string, hidden: readonly string[]): string[] {
  const [before = '', after] = term.split('...')
  return after === undefined ? [...before] : [...before, ...hidden, ...after]
}

function labelled(at: Site, term: string, tensor: TensorValue): Labelled {
  const rank = tensor.payload.shape.length
  const named = term.replace('...', '').length
  if (!term.includes('...') && named !== rank) {
    runtimeError(
      at,
      `einsum(): the number of subscripts in the equation (${named}) does not match the number of dimensions (${rank}) for operand and no ellipsis was given`,
    )
  }
  const hidden = Array.from({ length: Math.max(0, rank - named) }, (_, index) => String(rank - named - 1 - index))
  return { tensor, labels: expandLabels(term, hidden) }
}

function checkSizes(at: Site, operands: readonly Labelled[]): void {
  const sizes = new Map<string, number>()
  for (const { tensor, labels } of operands) {
    for (const [axis, label] of labels.entries()) {
      const size = tensor.payload.shape[axis] as number
      const known = sizes.get(label)
      if (known !== undefined && known !== size && known !== 1 && size !== 1) {
        runtimeError(
          at,
          `einsum(): subscript ${label} has size ${size} for operand which does not broadcast with previously seen size ${known}`,
        )
      }
      sizes.set(label, Math.max(known ?? 1, size))
    }
  }
}

/** Without `->`: labels that occur once, in alphabetical order, after those of `...`. */
function implicitOutput(left: string, hidden: readonly string[]): string[] {
  const letters = [...left.replaceAll('...', '').replaceAll(',', '')]
  return [...hidden, ...letters.filter((letter) => letters.filter((other) => other === letter).length === 1).sort()]
}

/** A label twice in one term means its diagonal, which is taken before anything else. */
function withoutRepeats(at: Site, operand: Labelled): Labelled {
  const repeated = operand.labels.find((label, axis) => operand.labels.indexOf(label) !== axis)
  if (repeated !== undefined) runtimeError(at, `einsum(): subscript ${repeated} twice in one operand is not modelled`)
  return operand
}

/** Sums over the labels that nothing needs any more. */
function summed(at: Site, operand: Labelled, needed: ReadonlySet<string>): Labelled {
  const axes = operand.labels.flatMap((label, axis) => (needed.has(label) ? [] : [axis]))
  if (axes.length === 0) return operand
  return { tensor: reduce(at, operand.tensor, 'sum', axes, false), labels: operand.labels.filter((label) => needed.has(label)) }
}

function ordered(at: Site, operand: Labelled, labels: readonly string[]): Labelled {
  return {
    tensor: permute(
      at,
      operand.tensor,
      labels.map((label) => operand.labels.indexOf(label)),
    ),
    labels,
  }
}

/** One operand from two: labels of both that are kept are the batch, labels of both that are not are summed by a matrix product. */
function pair(at: Site, a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled {
  const left = summed(at, a, new Set([...needed, ...b.labels]))
  const right = summed(at, b, new Set([...needed, ...a.labels]))
  const shared = left.labels.filter((label) => right.labels.includes(label))
  const inner = shared.filter((label) => !needed.has(label))
  const batch = shared.filter((label) => needed.has(label))
  const rows = left.labels.filter((label) => !shared.includes(label))
  const columns = right.labels.filter((label) => !shared.includes(label))
  if (inner.length === 0) return product(at, left, right, [...batch, ...rows, ...columns])
  const size = (operand: Labelled, labels: readonly string[]) =>
    labels.map((label) => operand.tensor.payload.shape[operand.labels.indexOf(label)] as number)
  const x = ordered(at, left, [...batch, ...rows, ...inner])
  const y = ordered(at, right, [...batch, ...inner, ...columns])
  const x3 = reshape(at, x.tensor, [...size(left, batch), count(size(left, rows)), count(size(left, inner))])
  const y3 = reshape(at, y.tensor, [...size(right, batch), count(size(right, inner)), count(size(right, columns))])
  const joined = matmul(at, x3, y3)
  const labels = [...batch, ...rows, ...columns]
  const shape = [...joined.payload.shape.slice(0, -2), ...size(left, rows), ...size(right, columns)]
  return { tensor: reshape(at, joined, shape), labels }
}

/** Nothing to sum: an elementwise product, each operand with axes of size 1 for the labels that it lacks. */
function product(at: Site, a: Labelled, b: Labelled, labels: readonly string[]): Labelled {
  const spread = (operand: Labelled) => {
    const own = ordered(
      at,
      operand,
      labels.filter((label) => operand.labels.includes(label)),
    )
    return reshape(
      at,
      own.tensor,
      labels.map((label) => (operand.labels.includes(label) ? (own.tensor.payload.shape[own.labels.indexOf(label)] as number) : 1)),
    )
  }
  return { tensor: multiply(at, spread(a), spread(b)), labels }
}
