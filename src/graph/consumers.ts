import type { Graph, Node } from './graph'

/** For each tensor the nodes that read it, in order of execution. */
export function consumersOf(graph: Graph): readonly (readonly Node[])[] {
  const consumers: Node[][] = graph.tensors.map(() => [])
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) consumers[input]?.push(node)
  }
  return consumers
}

/** For each parameter the nodes whose op uses it, in order of execution, with the name of the op's field that does. */
export function usersOf(graph: Graph): readonly (readonly ParameterUse[])[] {
  const users: ParameterUse[][] = graph.parameters.map(() => [])
  for (const node of graph.nodes) {
    for (const { parameter, field } of parametersOf(node)) users[parameter]?.push({ node, field })
  }
  return users
}

export interface ParameterUse {
  readonly node: Node
  readonly field: ParameterField
}

/** How an op uses a parameter. */
export type ParameterField =
  | 'weight'
  | 'bias'
  | 'scale'
  | 'shift'
  | 'value'
  | 'inputKernel'
  | 'recurrentKernel'
  | 'inputBias'
  | 'recurrentBias'
  | 'projection'

/** The parameters that a node's op names. */
export function parametersOf(node: Node): readonly { readonly parameter: number; readonly field: ParameterField }[] {
  const { op } = node
  switch (op.kind) {
    case 'linear':
    case 'bilinear':
    case 'conv':
    case 'convTranspose':
      return present([op.weight, 'weight'], [op.bias, 'bias'])
    case 'embedding':
      return present([op.weight, 'weight'])
    case 'batchNorm':
    case 'layerNorm':
    case 'groupNorm':
      return present([op.scale, 'scale'], [op.shift, 'shift'])
    case 'parameter':
      return present([op.parameter, 'value'])
    case 'recurrent':
      return op.layers
        .flat()
        .flatMap((layer) =>
          present(
            [layer.inputKernel, 'inputKernel'],
            [layer.recurrentKernel, 'recurrentKernel'],
            [layer.inputBias, 'inputBias'],
            [layer.recurrentBias, 'recurrentBias'],
            [layer.projection, 'projection'],
          ),
        )
    default:
      return []
  }
}

function present(...fields: readonly (readonly [number | null, ParameterField])[]): { parameter: number; field: ParameterField }[] {
  return fields.flatMap(([parameter, field]) => (parameter === null ? [] : [{ parameter, field }]))
}
