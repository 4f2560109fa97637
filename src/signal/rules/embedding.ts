import type { EmbeddingOp, TensorId } from '../../graph'
import { indexLaw } from '../indexLaw'
import { independentLags } from '../lags'
import type { Atom, Moments, Signal } from '../moments'
import { uniform } from '../partition'
import type { Rule } from '../rule'
import { Unmodelled } from '../unmodelled'

/**
 * Rows picked by index: second = E[w²]; two places with the same index share a row, so same and far are E[w]² + Var(w)·P(equal).
 * A bag reduces the last index axis of n rows: mean: second = (E[w²] + (n − 1)·far)/n.
 */
export const embedding: Rule<EmbeddingOp> = {
  forward(op, inputs, env, node) {
    const weight = env.weight(op.weight)
    const law = indexLaw(env.graph, node.inputs[0] as TensorId, env)
    const square = weight.mean ** 2
    const shared = (share: number): number => square + weight.variance * share
    const axes = (inputs[0] as Signal).axes.map((atoms) =>
      atoms.map((atom): Atom => (atom.role === 'unit' ? { size: atom.size, role: 'position' } : atom)),
    )
    const kurtosis = weight.mean === 0 && weight.secondMoment > 0 ? weight.squareSpread - 2 : 0
    if (op.bag === 'max') throw new Unmodelled('a bag of embeddings reduced by its maximum')
    if (op.bag !== null) return [bagged(op, axes, weight.secondMoment, shared(law.within), shared(law.across), weight.mean)]
    const grid = axes.flat().flatMap((atom) => (atom.role === 'position' ? [uniform(atom.size)] : []))
    const one = (value: number) => Float64Array.of(value)
    const block: Moments = {
      mean: one(weight.mean),
      second: one(weight.secondMoment),
      same: one(shared(law.across)),
      far: one(shared(law.within)),
      lags: independentLags(grid.length),
      shape: { skew: 0, excess: kurtosis },
      spread: 0,
      image: null,
    }
    const settled = grid.length === 0 ? { ...block, far: block.same } : block
    return [{ axes: [...axes, [{ size: op.dim, role: 'unit' }]], grid, blocks: [settled], assignment: null }]
  },
  backward: () => [null],
}

function bagged(op: EmbeddingOp, axes: readonly (readonly Atom[])[], second: number, far: number, same: number, mean: number): Signal {
  const last = axes.at(-1) ?? []
  const n = last.reduce((product, atom) => product * atom.size, 1)
  const scale = op.bag === 'mean' ? 1 / (n * n) : 1
  const kept = axes.slice(0, -1)
  const grid = kept.flat().flatMap((atom) => (atom.role === 'position' ? [uniform(atom.size)] : []))
  const one = (value: number) => Float64Array.of(value)
  const between = scale * (n * same + n * (n - 1) * far)
  const block: Moments = {
    mean: one(op.bag === 'mean' ? mean : n * mean),
    second: one(scale * (n * second + n * (n - 1) * far)),
    same: one(between),
    far: one(between),
    lags: independentLags(grid.length),
    shape: { skew: 0, excess: 0 },
    spread: 0,
    image: null,
  }
  return { axes: [...kept, [{ size: op.dim, role: 'unit' }]], grid, blocks: [block], assignment: null }
}
