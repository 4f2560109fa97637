/** Calling a layer: builds it on its first call, and lists the call in the graph of the model being run. */
import { asBoolean } from '../../../python/guards'
import type { CallArguments, Interpreter } from '../../../python/host'
import { bool, none, tuple } from '../../../python/make'
import { lookUp } from '../../../python/mro'
import type { InstanceValue, Value } from '../../../python/values'
import { heldCalls, listedCall } from '../../listedCall'
import { entriesOf } from '../../torch/module/registry'
import { currentRun, type ModelRun } from '../../torch/run'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { recordLayerCall } from '../model/recording'
import { buildLayer } from './build'
import { isComposite } from './declared'
import { sublayers } from './sublayers'
import { inTraining, kerasState, layerState } from './state'

function ownWeights(layer: InstanceValue, depth = 0): readonly TensorValue[] {
  const own = entriesOf(layer, '_parameters').flatMap(([, value]) => (isTensor(value) ? [value] : []))
  return depth > 4 ? [] : [...own, ...sublayers(layer).flatMap((child) => ownWeights(child, depth + 1))]
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
  if (kind === null || isUsersRoot) return heldCalls(run, name, body)
  return listedCall({ run, layer, kind, name, args, weights: () => ownWeights(layer) }, body)
}

/** Shapes as Keras passes them to `build`: the batch is None. */
export function shapeValue(value: Value): Value {
  if (isTensor(value)) return tuple(value.payload.shape.map((size, axis) => (axis === 0 ? none : { kind: 'int', value: size })))
  if (value.kind === 'list' || value.kind === 'tuple') return { kind: 'list', items: value.items.map(shapeValue) }
  return none
}
