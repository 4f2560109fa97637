/** What is known of the rows and columns of a matrix of scores through sums, scales and views of it. */
import { mapMean } from './grid'
import { axisSize } from './layout'
import type { Matrix, Moments, Signal } from './moments'
import { averages } from './pairMoments'
import { mixBlocks } from './roles'

type Scores = Extract<Matrix, { readonly kind: 'scores' }>

const scoresIn = (signal: Signal): Scores | null => (signal.matrix?.kind === 'scores' ? signal.matrix : null)

/** Samples have the same keys: encodings of positions. */
const isShared = ({ same, second }: Moments): boolean => same.every((value, i) => value >= (second[i] as number) * (1 - 1e-9))

const sizeFromEnd = (signal: Signal, place: number): number => {
  const atoms = signal.axes[signal.axes.length - place]
  return atoms === undefined ? 1 : axisSize(atoms)
}

/** Whether an operand is one number for the whole of each matrix. */
const isScale = (signal: Signal): boolean => sizeFromEnd(signal, 1) === 1 && sizeFromEnd(signal, 2) === 1

/** Variance over the elements of one matrix, and the share of it that elements of a row and of a column have in common. */
export function sharesOf(signal: Signal): { readonly variance: number; readonly rows: number; readonly columns: number } {
  const mixed = mixBlocks(signal)
  const block = mixed.blocks[0]
  if (block === undefined) return { variance: 0, rows: 0, columns: 0 }
  const square = mapMean(mixed.grid, block.mean) ** 2
  const { second, far, own } = averages(mixed.grid, block)
  const variance = Math.max(0, second - square)
  const known = scoresIn(signal)
  if (known !== null) return { variance, rows: known.rows, columns: known.columns }
  const common = variance > 0 ? Math.min(1, Math.max(0, (far - square + block.lags.far * own) / variance)) : 0
  return { variance, rows: sizeFromEnd(signal, 1) === 1 ? 1 : common, columns: sizeFromEnd(signal, 2) === 1 ? 1 : common }
}

/**
 * The sum of scores and what is added to them (position biases, products with positions): shares add by variance. The chance correlation of two rows is
 * that of the products' parts, and how far scores lie in the direction of keys that of the one product whose keys are of the sample.
 */
export function sumOfScores(terms: readonly Signal[]): { readonly matrix?: Matrix } {
  const products = terms.flatMap((term) => scoresIn(term) ?? [])
  const product = products.find(({ of }) => of !== undefined && !isShared(of)) ?? products[0]
  if (product === undefined) return {}
  const parts = terms.map((term) => ({ ...sharesOf(term), scores: scoresIn(term) }))
  const total = parts.reduce((sum, part) => sum + part.variance, 0)
  if (!(total > 0)) return { matrix: product }
  const part = parts.reduce((sum, { variance, scores }) => (scores === product ? sum + variance / total : sum), 0)
  const average = (of: (one: (typeof parts)[number]) => number) => parts.reduce((sum, one) => sum + (of(one) * one.variance) / total, 0)
  return {
    matrix: {
      ...product,
      rows: average((one) => one.rows),
      columns: average((one) => one.columns),
      wander: parts.reduce((sum, { variance, scores }) => sum + (scores?.wander ?? 0) * (variance / total) ** 2, 0),
      keyed: product.keyed * part,
    },
  }
}

/** Scores times one number for each matrix (a temperature). */
export function scaledScores(factors: readonly Signal[]): { readonly matrix?: Matrix } {
  const scores = factors.filter((factor) => factor.matrix !== undefined)
  const [only] = scores
  const isScaled = scores.length === 1 && factors.every((factor) => factor === only || isScale(factor))
  return isScaled && only?.matrix !== undefined ? { matrix: only.matrix } : {}
}

/** A view that keeps the last two axes. */
export function viewedScores(signal: Signal, shape: readonly number[]): { readonly matrix?: Matrix } {
  const { matrix } = signal
  if (matrix === undefined || shape.length < 2) return {}
  return shape.at(-1) === sizeFromEnd(signal, 1) && shape.at(-2) === sizeFromEnd(signal, 2) ? { matrix } : {}
}
