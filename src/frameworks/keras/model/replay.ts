/** Running a functional model: what the file computed between its inputs and outputs, done again on other tensors. */
import type { Graph, Node, Op, ParameterId, TensorId } from '../../../graph'
import type { Interpreter } from '../../../python/host'
import { dict, list, tuple } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import { asFunctionCall } from '../../torch/calls'
import { parameterIdOf } from '../../torch/parameter-id'
import { currentRun, type ModelRun } from '../../torch/run'
import { broadcastShapes, sameShape } from '../../torch/shapes/broadcast'
import { type Site, valueError } from '../../torch/site'
import { isTensor, type Storage, type TensorValue } from '../../torch/tensor'
import { emitMany } from '../../torch/tensor/emit'
import { tracedTensor } from '../../torch/tensor/make'
import { tracedTensorsIn } from '../../torch/tensors-in'
import { callLayer } from '../layer/call'
import { kerasState } from '../layer/state'
import { type RecordedCall, recordedCalls } from './recording'
import { withParameters } from './with-parameters'

/** What a functional model is made of: tensors of the run that records the file. */
export interface Captured {
  readonly inputs: readonly TensorId[]
  readonly outputs: Value
}

type Step =
  | { readonly kind: 'call'; readonly call: RecordedCall; readonly order: number }
  | { readonly kind: 'nodes'; readonly nodes: Node[]; readonly order: number; readonly call: number | null }

/** The recorded call that a node is part of; they lie one behind the other. */
function callAround(calls: readonly RecordedCall[], node: number): RecordedCall | null {
  let low = 0
  let high = calls.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const call = calls[middle]
    if (call === undefined) return null
    if (node < call.first) high = middle - 1
    else if (node >= call.last) low = middle + 1
    else return call
  }
  return null
}

/** The calls and nodes between inputs and outputs, in order. */
function stepsOf(interpreter: Interpreter, graph: Graph, { inputs, outputs }: Captured): readonly Step[] {
  const calls = recordedCalls(interpreter)
  const seen = new Set<TensorId>(inputs)
  const found = new Map<number, Step>()
  const waiting = [...tracedTensorsIn([outputs])]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    const node = graph.nodes[graph.tensors[id]?.producer ?? -1]
    if (node === undefined) continue
    const call = callAround(calls, node.id)
    if (call !== null) {
      found.set(call.first, { kind: 'call', call, order: call.first })
      waiting.push(...call.inputs)
    } else {
      found.set(node.id, { kind: 'nodes', nodes: [node], order: node.id, call: node.call })
      waiting.push(...node.inputs)
    }
  }
  const sorted = [...found.values()].sort((a, b) => a.order - b.order)
  const joined: Step[] = []
  for (const step of sorted) {
    const last = joined.at(-1)
    if (step.kind === 'nodes' && last?.kind === 'nodes' && step.call !== null && last.call === step.call) last.nodes.push(...step.nodes)
    else joined.push(step)
  }
  return joined
}

/** Layers that are called between inputs and outputs, in order of their first call. */
export function layersOf(interpreter: Interpreter, captured: Captured): readonly InstanceValue[] {
  const { building } = kerasState(interpreter)
  if (building === null) return []
  const steps = stepsOf(interpreter, building.trace.finish([]), captured)
  return [...new Set(steps.flatMap((step) => (step.kind === 'call' ? [step.call.layer] : [])))]
}

/** What the file computed from `inputs` and gave to nothing that is followed: where a model goes on to something unknown. */
export function looseEnds(interpreter: Interpreter, inputs: readonly TensorValue[]): Value {
  const { building } = kerasState(interpreter)
  if (building === null) return tuple()
  const graph = building.trace.finish([])
  const reached = new Set(tracedTensorsIn(inputs))
  const used = new Set<TensorId>()
  for (const node of graph.nodes) {
    if (!node.inputs.some((id) => reached.has(id))) continue
    for (const id of node.inputs) used.add(id)
    for (const id of node.outputs) reached.add(id)
  }
  const { trace } = building
  return tuple([...reached].filter((id) => !used.has(id)).map((id) => tracedTensor({ interpreter, span: null }, trace, id)))
}

/** `value` with other tensors in the place of those of the recording run. */
function substituted(value: Value, of: (id: TensorId) => Value | undefined): Value {
  if (isTensor(value)) return value.payload.source.kind === 'traced' ? (of(value.payload.source.id) ?? value) : value
  if (value.kind === 'list') return list(value.items.map((item) => substituted(item, of)))
  if (value.kind === 'tuple') return tuple(value.items.map((item) => substituted(item, of)))
  if (value.kind === 'dict') return dict([...value.entries.entries()].map(([key, item]) => [key, substituted(item, of)] as const))
  return value
}

const elementwise: ReadonlySet<Op['kind']> = new Set([
  'activation',
  'add',
  'multiply',
  'divide',
  'affine',
  'power',
  'extremum',
  'compare',
  'where',
  'dropout',
  'softmax',
  'cast',
])

class Replay {
  readonly made = new Map<TensorId, TensorValue>()
  private readonly storages: ReadonlyMap<ParameterId, Storage>

  constructor(
    private readonly at: Site,
    private readonly graph: Graph,
    private readonly run: ModelRun,
    recording: ModelRun,
    private readonly of: (layer: InstanceValue) => InstanceValue,
  ) {
    this.storages = new Map([...recording.parameterIds].map(([storage, id]) => [id, storage]))
  }

  step(step: Step): void {
    if (step.kind === 'call') return this.call(step.call)
    const [first] = step.nodes
    const name = step.call === null ? undefined : this.graph.calls[step.call]?.type
    const body = (): Value => {
      for (const node of step.nodes) this.node(node)
      return list([...step.nodes.flatMap((node) => node.outputs.flatMap((id) => this.made.get(id) ?? []))].slice(-1))
    }
    if (name === undefined) body()
    else {
      const operands = first === undefined ? [] : first.inputs.flatMap((id) => this.made.get(id) ?? [])
      asFunctionCall(this.at.interpreter, name, operands, first?.span ?? null, body)
    }
  }

  private call({ layer, args, outputs }: RecordedCall): void {
    const of = (id: TensorId): Value | undefined => this.made.get(id)
    const { interpreter } = this.at
    const result = callLayer(interpreter, this.of(layer), {
      ...args,
      positional: args.positional.map((value) => substituted(value, of)),
      keyword: new Map([...args.keyword].map(([name, value]) => [name, substituted(value, of)])),
    })
    const found: TensorValue[] = []
    const collect = (value: Value): void => {
      if (isTensor(value)) found.push(value)
      else if (value.kind === 'list' || value.kind === 'tuple') for (const item of value.items) collect(item)
      else if (value.kind === 'dict') for (const item of value.entries.values()) collect(item)
    }
    collect(result)
    for (const [index, id] of outputs.entries()) {
      const made = found[index]
      if (made !== undefined) this.made.set(id, made)
    }
    if (result.kind === 'unknown') interpreter.raise('ValueError', result.reason, result.span ?? args.span)
  }

  private node(node: Node): void {
    const { interpreter } = this.at
    const inputs = node.inputs.map(
      (id) => this.made.get(id) ?? valueError(this.at, 'the outputs of the model depend on a tensor that is not among its inputs'),
    )
    if (node.op.kind === 'input')
      valueError(this.at, `the model's outputs depend on the input \`${node.op.name}\`, which is not among its inputs`)
    const at: Site = { interpreter, span: node.span }
    const op = withParameters(node.op, (id) => {
      const storage = this.storages.get(id)
      return (storage === undefined ? null : parameterIdOf(this.run, storage)) ?? valueError(at, 'a weight of the model is not known')
    })
    const same = inputs.every((input, index) => sameShape(input.payload.shape, this.graph.tensors[node.inputs[index] ?? -1]?.shape ?? []))
    const types = node.outputs.map((id) => {
      const { shape = [], dtype = 'float' } = this.graph.tensors[id] ?? {}
      if (same) return { shape, dtype }
      if (!elementwise.has(op.kind)) valueError(at, 'the model is called on a tensor of another shape than it was built for')
      return { shape: broadcastShapes(at, ...inputs.map((input) => input.payload.shape)), dtype }
    })
    const outputs = inputs.length === 0 ? this.run.trace.emit(op, [], types, node.span) : null
    const values = outputs === null ? emitMany(at, op, inputs, types) : outputs.map((id) => tracedTensor(at, this.run.trace, id))
    for (const [index, id] of node.outputs.entries()) {
      const made = values[index]
      if (made !== undefined) this.made.set(id, made)
    }
  }
}

/** The model's outputs for these inputs; `layerFor` gives another layer to call in the place of each. */
export function replay(
  at: Site,
  captured: Captured,
  given: readonly TensorValue[],
  layerFor: (layer: InstanceValue) => InstanceValue = (layer) => layer,
): Value {
  const { interpreter } = at
  const { building } = kerasState(interpreter)
  const run = currentRun(interpreter)
  if (building === null || run === null) return interpreter.unknown('a functional model is followed only while a file is read', at.span)
  if (given.length !== captured.inputs.length)
    return valueError(at, `the model takes ${captured.inputs.length} inputs, but it is called on ${given.length}`)
  const graph = building.trace.finish([])
  const again = new Replay(at, graph, run, building, layerFor)
  for (const [index, id] of captured.inputs.entries()) {
    const tensor = given[index]
    if (tensor !== undefined) again.made.set(id, tensor)
  }
  for (const step of stepsOf(interpreter, graph, captured)) again.step(step)
  return substituted(captured.outputs, (id) => again.made.get(id))
}
