import { consumersOf, type Graph, type TensorId } from '../../graph'
import type { NamedInput } from './attempt'

/** Inputs that only embeddings read are integers: below the smallest table's size. null: none is. */
export function asTokens(graph: Graph, inputs: readonly NamedInput[]): readonly NamedInput[] | null {
  const consumers = consumersOf(graph)
  const below = (id: TensorId): number | null => {
    const sizes: number[] = []
    for (const { op, outputs } of consumers[id] ?? []) {
      const [output] = outputs
      const found =
        op.kind === 'embedding'
          ? op.count
          : (op.kind === 'cast' || op.kind === 'slice' || op.kind === 'reshape') && output !== undefined
            ? below(output)
            : null
      if (found !== null) sizes.push(found)
    }
    return sizes.length === 0 ? null : Math.min(...sizes)
  }
  const own = graph.nodes.filter(({ op }) => op.kind === 'input').map(({ outputs }) => outputs[0])
  let changed = false
  const typed = inputs.map((input, index): NamedInput => {
    const id = own[index]
    const count = id === undefined || input.spec.distribution.kind === 'tokens' ? null : below(id)
    if (count === null) return input
    changed = true
    return { ...input, spec: { ...input.spec, distribution: { kind: 'tokens', below: count } } }
  })
  return changed ? typed : null
}
