/**
 * Norms that are written out, x·rsqrt(mean x² + ε) and (x − mean x)/√(var + ε), become the norm that they are: taken apart, the value
 * and its own scale would count as independent, and 1/√ of a normal variable has no second moment.
 */
import type { Graph, LayerNormOp, Node, ParameterId, TensorId } from '../graph'

interface Scale {
  readonly axes: readonly number[]
  readonly eps: number
  /** Whose mean square it is. */
  readonly of: TensorId
  readonly isVariance: boolean
}

const fused = new WeakMap<Graph, Graph>()

/** The same graph with written-out norms as single nodes. Tensors and node numbers stay. */
export function fuseNorms(graph: Graph): Graph {
  const known = fused.get(graph)
  if (known !== undefined) return known
  const finder = new NormFinder(graph)
  const nodes = graph.nodes.map((node) => finder.norm(node) ?? node)
  const made = nodes.every((node, i) => node === graph.nodes[i]) ? graph : { ...graph, nodes }
  fused.set(graph, made)
  return made
}

class NormFinder {
  constructor(private readonly graph: Graph) {}

  /** The norm that a node finishes; null when it finishes none. */
  norm(node: Node): Node | null {
    const [a, b] = node.inputs
    if (a === undefined || b === undefined) return null
    if (node.op.kind === 'multiply') return this.scaled(node, a, this.root(b, 'rsqrt')) ?? this.scaled(node, b, this.root(a, 'rsqrt'))
    if (node.op.kind === 'divide') return this.scaled(node, a, this.root(b, 'sqrt'))
    return null
  }

  private scaled(node: Node, value: TensorId, scale: Scale | null): Node | null {
    if (scale === null) return null
    const centred = this.centredOf(value, scale.axes)
    const of = this.plain(scale.of)
    // The centred value is often computed twice, once for its square and once to be divided.
    const isOwn =
      of === this.plain(value) || (centred !== null && (this.centredOf(of, scale.axes) === centred || (scale.isVariance && of === centred)))
    if (!isOwn) return this.scaledFirst(node, value, scale)
    if (centred !== null) return this.replaced(node, scale, centred, true)
    return scale.isVariance ? null : this.replaced(node, scale, this.plain(value), false)
  }

  /** (w·x)·rsqrt(mean x² + ε): the learned scale comes before the norm's own. */
  private scaledFirst(node: Node, value: TensorId, scale: Scale): Node | null {
    const product = this.producer(value)
    if (product?.op.kind !== 'multiply' || scale.isVariance) return null
    for (const [weight, x] of [product.inputs, [...product.inputs].reverse()]) {
      if (weight === undefined || x === undefined || this.plain(x) !== this.plain(scale.of)) continue
      const source = this.producer(weight)
      const shape = this.graph.tensors[weight]?.shape ?? []
      const rank = this.graph.tensors[x]?.shape.length ?? 0
      const isOfFeatures = shape.length === 1 && scale.axes.length === 1 && scale.axes[0] === rank - 1
      if (source?.op.kind === 'parameter' && isOfFeatures) return this.replaced(node, scale, this.plain(x), false, source.op.parameter)
    }
    return null
  }

  private replaced(node: Node, { axes, eps }: Scale, input: TensorId, center: boolean, learned: ParameterId | null = null): Node {
    const op: LayerNormOp = { kind: 'layerNorm', axes, eps, center, scale: learned, shift: null }
    return { ...node, op, inputs: [input] }
  }

  /** 1/√ or √ of a mean square plus ε. */
  private root(tensor: TensorId, wanted: 'rsqrt' | 'sqrt'): Scale | null {
    const node = this.producer(tensor)
    const exponent = wanted === 'sqrt' ? 0.5 : -0.5
    const is = node?.op.kind === 'activation' ? node.op.fn.name === wanted : node?.op.kind === 'power' && node.op.exponent === exponent
    const [inside] = node?.inputs ?? []
    return is && inside !== undefined ? this.meanSquare(inside, 0) : null
  }

  private meanSquare(tensor: TensorId, eps: number): Scale | null {
    const node = this.producer(tensor)
    const [inside] = node?.inputs ?? []
    if (node === undefined || inside === undefined) return null
    const { op } = node
    if (op.kind === 'affine' && op.factor === 1 && eps === 0) return this.meanSquare(inside, op.shift)
    if (op.kind !== 'reduce' || !op.keepDims || op.axes.includes(0)) return null
    if (op.reduce === 'variance') return { axes: op.axes, eps, of: inside, isVariance: true }
    const square = op.reduce === 'mean' ? this.squared(inside) : null
    return square === null ? null : { axes: op.axes, eps, of: square, isVariance: false }
  }

  private squared(tensor: TensorId): TensorId | null {
    const node = this.producer(tensor)
    const [a, b] = node?.inputs ?? []
    if (node === undefined || a === undefined) return null
    const { op } = node
    const isSquare = (op.kind === 'power' && op.exponent === 2) || (op.kind === 'activation' && op.fn.name === 'square')
    if (isSquare) return a
    return op.kind === 'multiply' && b !== undefined && this.plain(a) === this.plain(b) ? a : null
  }

  /** x of x − mean(x) over the axes. */
  private centredOf(tensor: TensorId, axes: readonly number[]): TensorId | null {
    const node = this.producer(tensor)
    const [x, mean] = node?.inputs ?? []
    if (
      node?.op.kind !== 'add' ||
      node.op.signs.length !== 2 ||
      node.op.signs[0] !== 1 ||
      node.op.signs[1] !== -1 ||
      x === undefined ||
      mean === undefined
    )
      return null
    const reduced = this.producer(mean)
    const [of] = reduced?.inputs ?? []
    const isMean = reduced?.op.kind === 'reduce' && reduced.op.reduce === 'mean' && reduced.op.axes.join() === axes.join()
    return isMean && of !== undefined && this.plain(of) === this.plain(x) ? this.plain(x) : null
  }

  private producer(tensor: TensorId): Node | undefined {
    return this.graph.nodes[this.graph.tensors[this.plain(tensor)]?.producer ?? -1]
  }

  /** The tensor behind casts. */
  private plain(tensor: TensorId): TensorId {
    const node = this.graph.nodes[this.graph.tensors[tensor]?.producer ?? -1]
    const [input] = node?.inputs ?? []
    return node?.op.kind === 'cast' && !node.op.stopGradient && input !== undefined ? this.plain(input) : tensor
  }
}
