import type { ActivationFunction, Node, TensorId } from '../graph'

const gating: ReadonlySet<ActivationFunction['name']> = new Set<ActivationFunction['name']>(['sigmoid', 'hardSigmoid', 'clippedLinear'])

/** Tensors looked at: more than lie between a squeeze and its gate. */
const mostTensors = 64

/** Whether all that comes of a tensor ends in gates, σ(…)·x: squeeze-and-excitation's two layers, whose small signal opens every gate half. */
export function onlyGates(consumers: readonly (readonly Node[])[], tensor: TensorId): boolean {
  const open = [{ tensor, isGate: false }]
  const seen = new Set<TensorId>([tensor])
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const readers = consumers[at.tensor] ?? []
    if (readers.length === 0 || seen.size > mostTensors) return false
    for (const { op, outputs } of readers) {
      if (op.kind === 'multiply' && at.isGate) continue
      if (op.kind === 'add' || op.kind === 'multiply') return false
      const keeps = at.isGate && (op.kind === 'reshape' || op.kind === 'expand' || op.kind === 'permute')
      const isGate = keeps || (op.kind === 'activation' && gating.has(op.fn.name))
      for (const output of outputs) {
        if (!seen.has(output)) open.push({ tensor: output, isGate })
        seen.add(output)
      }
    }
  }
  return true
}
