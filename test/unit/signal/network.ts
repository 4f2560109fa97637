import type { Distribution, Graph, Node, Op, Parameter, Tensor } from '../../../src/graph'

export const uniformWithVariance = (variance: number): Distribution => ({
  kind: 'uniform',
  low: -Math.sqrt(3 * variance),
  high: Math.sqrt(3 * variance),
})
export const normalWithVariance = (variance: number): Distribution => ({ kind: 'normal', mean: 0, std: Math.sqrt(variance) })

/** Builds a graph by hand, one operation after the other. Every method returns the new tensor's id. */
export class Network {
  private readonly tensors: Tensor[] = []
  private readonly nodes: Node[] = []
  private readonly parameters: Parameter[] = []

  parameter(shape: readonly number[], distribution: Distribution): number {
    const id = this.parameters.length
    this.parameters.push({
      id,
      name: `p${id}`,
      role: 'weight',
      shape,
      fans: null,
      initializer: { distribution, label: distribution.kind, origin: 'default', span: null },
      overwritten: [],
      copyGroup: null,
      definition: null,
      trainable: true,
      parametrization: null,
    })
    return id
  }

  op(op: Op, inputs: readonly number[], shape: readonly number[]): number {
    const id = this.tensors.length
    const node = this.nodes.length
    this.tensors.push({ id, shape, dtype: 'float', producer: node })
    this.nodes.push({
      id: node,
      op,
      inputs,
      outputs: [id],
      call: null,
      span: { file: 'net.py', start: node, end: node + 1, line: node + 1, column: 0 },
    })
    return id
  }

  input(shape: readonly number[], mean = 0, std = 1): number {
    return this.op({ kind: 'input', name: 'x', distribution: { kind: 'normal', mean, std } }, [], shape)
  }

  linear(x: number, outFeatures: number, weight: Distribution, bias: Distribution | null = null): number {
    const shape = this.shape(x)
    const inFeatures = shape[shape.length - 1] as number
    const op: Op = {
      kind: 'linear',
      inFeatures,
      outFeatures,
      weight: this.parameter([outFeatures, inFeatures], weight),
      bias: bias && this.parameter([outFeatures], bias),
    }
    return this.op(op, [x], [...shape.slice(0, -1), outFeatures])
  }

  conv(
    x: number,
    outChannels: number,
    kernel: number,
    weight: Distribution,
    options: { stride?: number; padding?: number; groups?: number; bias?: Distribution } = {},
  ): number {
    const { stride = 1, padding = 0, groups = 1, bias } = options
    const [b, inChannels, h, w] = this.shape(x) as [number, number, number, number]
    const size = (n: number) => Math.floor((n + 2 * padding - kernel) / stride) + 1
    const op: Op = {
      kind: 'conv',
      inChannels,
      outChannels,
      groups,
      paddingMode: 'zeros',
      kernel: [kernel, kernel],
      stride: [stride, stride],
      dilation: [1, 1],
      padding: [
        [padding, padding],
        [padding, padding],
      ],
      weight: this.parameter([outChannels, inChannels / groups, kernel, kernel], weight),
      bias: bias ? this.parameter([outChannels], bias) : null,
    }
    return this.op(op, [x], [b, outChannels, size(h), size(w)])
  }

  relu(x: number): number {
    return this.op({ kind: 'activation', fn: { name: 'relu' } }, [x], this.shape(x))
  }

  batchNorm(x: number, eps = 1e-5): number {
    return this.op({ kind: 'batchNorm', eps, scale: null, shift: null, channelAxis: 1, batchStatistics: true }, [x], this.shape(x))
  }

  maxPool(x: number, kernel: number, stride: number): number {
    const [b, c, h, w] = this.shape(x) as [number, number, number, number]
    const size = (n: number) => Math.floor((n - kernel) / stride) + 1
    const op: Op = {
      kind: 'pool',
      reduce: 'max',
      kernel: [kernel, kernel],
      stride: [stride, stride],
      dilation: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
      ceilMode: false,
      countIncludePad: true,
      divisor: null,
      p: 2,
    }
    return this.op(op, [x], [b, c, size(h), size(w)])
  }

  add(...terms: readonly number[]): number {
    return this.op({ kind: 'add', signs: terms.map(() => 1) }, terms, this.shape(terms[0] as number))
  }

  shape(id: number): readonly number[] {
    return this.tensors[id]?.shape ?? []
  }

  graph(...outputs: readonly number[]): Graph {
    return { tensors: this.tensors, nodes: this.nodes, calls: [], parameters: this.parameters, outputs }
  }
}
