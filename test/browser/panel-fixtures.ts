/** Models for the panel's own tests: real graphs, predicted by the engine, without a reader in front. */
import type { Finding, ModelAnalysis, WeightAdvice } from '../../src/analysis'
import type { ActivationFunction, Call, Graph, Initializer, Node, Op, Parameter, Span, Tensor } from '../../src/graph'
import type { AnalysisMessage } from '../../src/protocol'
import { predict } from '../../src/signal'

export const file = 'alexnet.py'

type Layer =
  | {
      readonly kind: 'conv'
      readonly name: string
      readonly out: number
      readonly kernel: number
      readonly stride: number
      readonly padding: number
    }
  | { readonly kind: 'linear'; readonly name: string; readonly out: number }
  | { readonly kind: 'activation'; readonly name: string; readonly fn: ActivationFunction; readonly type: string }
  | { readonly kind: 'pool'; readonly name: string; readonly kernel: number; readonly stride: number }
  | { readonly kind: 'dropout'; readonly name: string; readonly rate: number }
  | { readonly kind: 'flatten'; readonly name: string }
  | { readonly kind: 'opaque'; readonly name: string; readonly reason: string }

const span = (line: number): Span => ({ file, start: line * 40, end: line * 40 + 30, line, column: 8 })
const uniform = (bound: number, label: string): Initializer => ({
  distribution: { kind: 'uniform', low: -bound, high: bound },
  label,
  origin: 'default',
  span: null,
})

/** PyTorch's default: kaiming_uniform_(a=√5), which is U(±1/√fan_in), for weight and bias. */
const pytorchDefault = (fanIn: number): { readonly weight: Initializer; readonly bias: Initializer } => ({
  weight: uniform(1 / Math.sqrt(fanIn), 'kaiming_uniform_(a=√5)'),
  bias: uniform(1 / Math.sqrt(fanIn), 'U(±1/√fan_in)'),
})

export interface ChainOptions {
  readonly name: string
  readonly input: readonly number[]
  readonly layers: readonly Layer[]
  /** Instead of PyTorch's default. */
  readonly weights?: (fanIn: number, fanOut: number) => Initializer
  readonly firstLine?: number
}

/** A model that is one chain of layers, with what the analysis says of it. */
export function chain({ name, input, layers, weights, firstLine = 20 }: ChainOptions): ModelAnalysis {
  const tensors: Tensor[] = [{ id: 0, shape: input, dtype: 'float', producer: 0 }]
  const nodes: Node[] = [
    {
      id: 0,
      op: { kind: 'input', name: 'x', distribution: { kind: 'normal', mean: 0, std: 1 } },
      inputs: [],
      outputs: [0],
      call: null,
      span: null,
    },
  ]
  const calls: Call[] = []
  const parameters: Parameter[] = []
  let shape = input

  const parameter = (
    owner: string,
    field: 'weight' | 'bias',
    size: readonly number[],
    fanIn: number,
    fanOut: number,
    line: number,
  ): number => {
    const drawn = field === 'weight' && weights !== undefined ? weights(fanIn, fanOut) : pytorchDefault(fanIn)[field]
    const id = parameters.length
    parameters.push({
      id,
      name: `${owner}.${field}`,
      role: field,
      shape: size,
      fans: field === 'weight' ? { fanIn, fanOut } : null,
      initializer: drawn,
      overwritten: [],
      copyGroup: null,
      definition: span(line),
      trainable: true,
      parametrization: null,
    })
    return id
  }
  layers.forEach((layer, index) => {
    const line = firstLine + index
    const owned: number[] = []
    let op: Op
    let type: string
    switch (layer.kind) {
      case 'conv': {
        const [channels = 1, ...image] = shape.slice(1)
        const area = layer.kernel ** 2
        const size = [layer.kernel, layer.kernel]
        owned.push(
          parameter(layer.name, 'weight', [layer.out, channels, ...size], channels * area, layer.out * area, line),
          parameter(layer.name, 'bias', [layer.out], channels * area, layer.out, line),
        )
        op = {
          kind: 'conv',
          weight: owned[0] ?? 0,
          bias: owned[1] ?? null,
          inChannels: channels,
          outChannels: layer.out,
          kernel: size,
          stride: [layer.stride, layer.stride],
          padding: [
            [layer.padding, layer.padding],
            [layer.padding, layer.padding],
          ],
          dilation: [1, 1],
          groups: 1,
          paddingMode: 'zeros',
        }
        shape = [shape[0] ?? 1, layer.out, ...image.map((side) => Math.floor((side + 2 * layer.padding - layer.kernel) / layer.stride) + 1)]
        type = 'Conv2d'
        break
      }
      case 'linear': {
        const features = shape.at(-1) ?? 1
        owned.push(
          parameter(layer.name, 'weight', [layer.out, features], features, layer.out, line),
          parameter(layer.name, 'bias', [layer.out], features, layer.out, line),
        )
        op = { kind: 'linear', weight: owned[0] ?? 0, bias: owned[1] ?? null, inFeatures: features, outFeatures: layer.out }
        shape = [...shape.slice(0, -1), layer.out]
        type = 'Linear'
        break
      }
      case 'activation':
        op = { kind: 'activation', fn: layer.fn }
        type = layer.type
        break
      case 'pool': {
        op = {
          kind: 'pool',
          reduce: 'max',
          kernel: [layer.kernel, layer.kernel],
          stride: [layer.stride, layer.stride],
          padding: [
            [0, 0],
            [0, 0],
          ],
          dilation: [1, 1],
          ceilMode: false,
          countIncludePad: true,
          divisor: null,
          p: 2,
        }
        shape = [...shape.slice(0, 2), ...shape.slice(2).map((side) => Math.floor((side - layer.kernel) / layer.stride) + 1)]
        type = 'MaxPool2d'
        break
      }
      case 'dropout':
        op = { kind: 'dropout', rate: layer.rate, variant: 'element', rescale: true }
        type = 'Dropout'
        break
      case 'flatten':
        op = { kind: 'reshape' }
        shape = [shape[0] ?? 1, shape.slice(1).reduce((a, b) => a * b, 1)]
        type = 'flatten'
        break
      case 'opaque':
        op = { kind: 'opaque', name: layer.name, reason: layer.reason }
        type = 'Mystery'
        break
    }
    const output = tensors.length
    tensors.push({ id: output, shape, dtype: 'float', producer: nodes.length })
    nodes.push({ id: nodes.length, op, inputs: [output - 1], outputs: [output], call: calls.length, span: span(line) })
    const parts = layer.name.split('.')
    calls.push({
      id: calls.length,
      kind: layer.kind === 'flatten' ? 'function' : 'module',
      name: layer.name,
      call: 0,
      type,
      definition: span(line),
      site: span(100),
      inputs: [output - 1],
      outputs: [output],
      parameters: owned,
      path: parts.slice(0, -1).map((_, depth) => parts.slice(0, depth + 1).join('.')),
    })
  })
  const graph: Graph = { tensors, nodes, calls, parameters, outputs: [tensors.length - 1] }
  const advice = adviceFor(graph, layers)
  const recommended = new Map(advice.map((entry) => [entry.parameter, entry.recommended.initializer]))
  parameters.forEach(({ id, role }) => {
    if (role === 'bias')
      recommended.set(id, { distribution: { kind: 'constant', value: 0 }, label: 'zeros', origin: 'written', span: null })
  })
  return {
    name,
    framework: 'pytorch',
    span: span(firstLine - 5),
    rootClass: null,
    input: [{ shape: input, distribution: { kind: 'normal', mean: 0, std: 1 } }],
    assumptions: [{ message: `input ${input.slice(1).join('×')}, from the first Linear`, span: span(firstLine), setting: 'input' }],
    graph,
    current: predict(graph),
    recommended: predict(graph, { initializers: recommended }),
    weights: advice,
    verdicts: [],
    findings: findingsFor(graph, advice),
  }
}

function adviceFor(graph: Graph, layers: readonly Layer[]): readonly WeightAdvice[] {
  return graph.parameters.flatMap((parameter): WeightAdvice[] => {
    if (parameter.fans === null) return []
    const call = graph.calls.findIndex((entry) => entry.parameters.includes(parameter.id))
    const next = layers.slice(call + 1).find((layer) => layer.kind === 'activation' || layer.kind === 'linear' || layer.kind === 'conv')
    const activation = next?.kind === 'activation' ? next.fn.name : 'none'
    const { fanIn, fanOut } = parameter.fans
    const he = activation === 'relu'
    const variance = he ? 2 / fanIn : 2 / (fanIn + fanOut)
    const std = Math.sqrt(variance)
    const initializer: Initializer = {
      distribution: { kind: 'normal', mean: 0, std },
      label: he ? 'He normal' : 'Xavier normal',
      origin: 'written',
      span: null,
    }
    return [
      {
        parameter: parameter.id,
        call,
        activation,
        activationSpan: activation === 'none' ? null : span(20 + call + 1),
        lessonVariance: 1 / fanIn,
        glorotVariance: 2 / (fanIn + fanOut),
        recommended: {
          family: he ? 'he' : 'xavier',
          distribution: 'normal',
          mode: he ? 'fan_in' : 'fan_avg',
          gain: he ? Math.SQRT2 : 1,
          variance,
          std,
          bound: null,
          formula: he ? `2/${fanIn} = ${variance.toPrecision(3)}` : `2/(${fanIn} + ${fanOut}) = ${variance.toPrecision(3)}`,
          initializer,
          code: he
            ? `nn.init.kaiming_normal_(self.${parameter.name}, nonlinearity='relu')`
            : `nn.init.xavier_normal_(self.${parameter.name})`,
          template: he ? "nn.init.kaiming_normal_({target}, nonlinearity='relu')" : 'nn.init.xavier_normal_({target})',
          why: he
            ? 'ReLU sets half of the signal to zero; He draws twice the variance to make up for it.'
            : 'Nothing follows that would change the variance; Xavier keeps it in both directions.',
        },
      },
    ]
  })
}

function findingsFor(graph: Graph, advice: readonly WeightAdvice[]): readonly Finding[] {
  return advice
    .filter(({ activation }) => activation === 'relu')
    .slice(0, 3)
    .map(({ call }) => ({
      rule: 'default-before-relu',
      severity: 'warning',
      message: 'PyTorch’s default draws a sixth of the variance that ReLU needs.',
      span: graph.calls[call]?.definition ?? null,
      calls: [call],
      fix: { title: 'Initialize with He normal', edits: [] },
    }))
}

const relu: ActivationFunction = { name: 'relu' }

export const alexnet = (): ModelAnalysis =>
  chain({
    name: 'alexnet()',
    input: [8, 3, 224, 224],
    layers: [
      { kind: 'conv', name: 'features.0', out: 64, kernel: 11, stride: 4, padding: 2 },
      { kind: 'activation', name: 'features.1', fn: relu, type: 'ReLU' },
      { kind: 'pool', name: 'features.2', kernel: 3, stride: 2 },
      { kind: 'conv', name: 'features.3', out: 192, kernel: 5, stride: 1, padding: 2 },
      { kind: 'activation', name: 'features.4', fn: relu, type: 'ReLU' },
      { kind: 'pool', name: 'features.5', kernel: 3, stride: 2 },
      { kind: 'conv', name: 'features.6', out: 384, kernel: 3, stride: 1, padding: 1 },
      { kind: 'activation', name: 'features.7', fn: relu, type: 'ReLU' },
      { kind: 'conv', name: 'features.8', out: 256, kernel: 3, stride: 1, padding: 1 },
      { kind: 'activation', name: 'features.9', fn: relu, type: 'ReLU' },
      { kind: 'conv', name: 'features.10', out: 256, kernel: 3, stride: 1, padding: 1 },
      { kind: 'activation', name: 'features.11', fn: relu, type: 'ReLU' },
      { kind: 'pool', name: 'features.12', kernel: 3, stride: 2 },
      { kind: 'flatten', name: 'flatten' },
      { kind: 'dropout', name: 'classifier.0', rate: 0.5 },
      { kind: 'linear', name: 'classifier.1', out: 4096 },
      { kind: 'activation', name: 'classifier.2', fn: relu, type: 'ReLU' },
      { kind: 'dropout', name: 'classifier.3', rate: 0.5 },
      { kind: 'linear', name: 'classifier.4', out: 4096 },
      { kind: 'activation', name: 'classifier.5', fn: relu, type: 'ReLU' },
      { kind: 'linear', name: 'classifier.6', out: 1000 },
    ],
  })

/** A dense stack; `small` draws N(0, 0.01²). */
export function dense(depth: number, width: number, fn: ActivationFunction = relu, small = false): ModelAnalysis {
  const layers: Layer[] = []
  for (let index = 0; index < depth; index++) {
    const path = depth > 40 ? `blocks.${Math.floor(index / 10)}` : 'net'
    layers.push(
      { kind: 'linear', name: `${path}.${2 * index}`, out: width },
      { kind: 'activation', name: `${path}.${2 * index + 1}`, fn, type: fn.name },
    )
  }
  layers.push({ kind: 'linear', name: 'head', out: 10 })
  const drawn: Initializer = { distribution: { kind: 'normal', mean: 0, std: 0.01 }, label: 'N(0, 0.01²)', origin: 'written', span: null }
  return chain({ name: `MLP(depth=${depth})`, input: [32, width], layers, ...(small ? { weights: () => drawn } : {}) })
}

/** A layer in the middle that is not modelled. */
export const partlyKnown = (): ModelAnalysis =>
  chain({
    name: 'Partly()',
    input: [8, 64],
    layers: [
      { kind: 'linear', name: 'first', out: 64 },
      { kind: 'activation', name: 'act', fn: relu, type: 'ReLU' },
      { kind: 'opaque', name: 'mystery', reason: 'Mystery is not modelled' },
      { kind: 'linear', name: 'last', out: 10 },
    ],
  })

/** The message that brings a model, as the extension sends it. */
export function analysisOf(model: ModelAnalysis | null, change: Partial<AnalysisMessage> = {}): AnalysisMessage {
  return {
    type: 'analysis',
    waiting: [],
    file,
    label: file,
    version: 1,
    model,
    models: model === null ? [] : [{ name: model.name, framework: 'pytorch', line: 20 }],
    unread: [],
    message: null,
    options: { modelExpression: null, input: null, sizes: {} },
    settings: { healthyZone: [0.1, 10], xavierVariance: 'glorot', distribution: 'normal' },
    measuring: 'ready',
    pinned: false,
    tried: {},
    ...change,
  }
}
