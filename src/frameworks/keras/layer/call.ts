/** Calling a layer: builds it on its first call, and lists the call in the graph of the model being run. */
import type { ParameterId } from '../../../graph'
import { asBoolean } from '../../../python/guards'
import type { CallArguments, Interpreter } from '../../../python/host'
import { bool, none, tuple } from '../../../python/make'
import { lookUp } from '../../../python/mro'
import type { InstanceValue, Value } from '../../../python/values'
import { entriesOf } from '../../torch/module/registry'
import { parameterIdOf } from '../../torch/parameter-id'
import { currentRun, type ModelRun } from '../../torch/run'
import { isTensor } from '../../torch/tensor'
import { tracedTensorsIn } from '../../torch/tensors-in'
import { recordLayerCall } from '../model/recording'
import { buildLayer } from './build'
import { isComposite } from './declared'
import { sublayers } from './sublayers'
import { inTraining, kerasState, layerState } from './state'

function ownedParameters(run: ModelRun, layer: InstanceValue): readonly ParameterId[] {
  const ids: ParameterId[] = []
  const visit = (each: InstanceValue, depth: number): void => {
    for (const [, value] of entriesOf(each, '_parameters')) {
      if (!isTensor(value) || value.payload.source.kind !== 'data') continue
      const id = parameterIdOf(run, value.payload.source.storage)
      if (id !== null && !ids.includes(id)) ids.push(id)
    }
    if (depth < 4) for (const child of sublayers(each)) visit(child, depth + 1)
  }
  visit(layer, 0)
  return ids
}

/** `module`: holds no layers. `composite`: computes by itself what its layers stand for. null: a container of calls. */
function listedAs(layer: InstanceValue): 'module' | 'composite' | null {
  const isOurs = lookUp(layer.cls, 'call')?.kind === 'builtin'
  if (isOurs && isComposite(layer)) return 'composite'
  return sublayers(layer).length === 0 ? 'module' : null
}

function takes(callee: Value, parameter: string): boolean {
  const fn = callee.kind === 'method' ? callee.fn : callee
  return fn.kind === 'function' && fn.node.parameters.some(({ name }) => name === parameter)
}

/** The first tensor, or list of tensors, that the layer is called on. */
function firstInput(args: CallArguments): Value {
  return args.positional[0] ?? args.keyword.values().next().value ?? none
}

/** Arrays and numbers that a program feeds are tensors to a layer. */
function unknownIn(value: Value): Value | null {
  if (value.kind === 'unknown') return value
  if (value.kind !== 'list' && value.kind !== 'tuple') return null
  for (const item of value.items) {
    const found = unknownIn(item)
    if (found !== null) return found
  }
  return null
}

/** `layer(*args, **kwargs)`. */
export function callLayer(interpreter: Interpreter, layer: InstanceValue, args: CallArguments): Value {
  const input = firstInput(args)
  const unknown = unknownIn(input)
  if (unknown !== null) return unknown
  const state = kerasState(interpreter)
  const call = interpreter.getAttribute(layer, 'call', args.span)
  const given = args.keyword.get('training')
  const training = given === undefined ? inTraining(interpreter) : (asBoolean(given) ?? inTraining(interpreter))
  buildLayer(interpreter, layer, args)
  const keyword = new Map(args.keyword)
  if (takes(call, 'training')) keyword.set('training', bool(training))
  else if (given !== undefined && call.kind === 'method' && call.fn.kind === 'function') keyword.delete('training')
  const body = (): Value => {
    state.training.push(training)
    try {
      return interpreter.callWith(call, { ...args, keyword })
    } finally {
      state.training.pop()
    }
  }
  const run = currentRun(interpreter)
  if (run === null) return body()
  const result = recordLayerCall(interpreter, run, layer, { ...args, keyword: args.keyword }, () => listed(run, layer, args, body))
  if (run === state.building) {
    const own = layerState(interpreter, layer)
    own.input = input
    own.output = result
  }
  return result
}

function listed(run: ModelRun, layer: InstanceValue, args: CallArguments, body: () => Value): Value {
  if (run.trace.isWithinCall) return body()
  const name = run.names.module(layer)
  const kind = listedAs(layer)
  const isUsersRoot = name === '' && lookUp(layer.cls, 'call')?.kind !== 'builtin'
  if (kind === null || isUsersRoot) {
    if (name === null || name === '') return body()
    run.path.push(name)
    try {
      return body()
    } finally {
      run.path.pop()
    }
  }
  const type = layer.cls.name
  const number = (run.functionCounts.get(type) ?? 0) + 1
  if (name === null) run.functionCounts.set(type, number)
  // Read after the call: a weight of a program's own is what its use makes it.
  const parameters: ParameterId[] = []
  return run.trace.withinCall(
    {
      kind: name === null ? 'function' : kind,
      name: name ?? `${type}#${number}`,
      type,
      definition: layer.span,
      site: args.span,
      inputs: tracedTensorsIn([...args.positional, ...args.keyword.values()]),
      parameters,
      path: [...run.path],
    },
    () => {
      const result = body()
      parameters.push(...ownedParameters(run, layer))
      return result
    },
    (result) => tracedTensorsIn([result]),
  )
}

/** Shapes as Keras passes them to `build`: the batch is None. */
export function shapeValue(value: Value): Value {
  if (isTensor(value)) return tuple(value.payload.shape.map((size, axis) => (axis === 0 ? none : { kind: 'int', value: size })))
  if (value.kind === 'list' || value.kind === 'tuple') return { kind: 'list', items: value.items.map(shapeValue) }
  return none
}
