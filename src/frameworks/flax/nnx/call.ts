/** Calling NNX's modules: leaves are listed in the graph of the model being run. */
import type { CallArguments, Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { heldCalls, listedCall } from '../../listedCall'
import { currentRun, recordRun } from '../../torch/run'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { unknownData } from '../../torch/tensor/make'
import { Trace } from '../../trace'
import { heldBelow, holdsModules, namesBelow } from './tree'
import { nnxState } from './state'

/** Calls of models that are followed for the shapes of what they give. */
const mostCalls = 24

function asData(interpreter: Interpreter, value: Value, depth = 0): Value {
  if (isTensor(value)) {
    const { shape, dtype, source } = value.payload
    return source.kind === 'traced' ? unknownData({ interpreter, span: null }, shape, dtype, 'it is computed by a model') : value
  }
  if ((value.kind !== 'tuple' && value.kind !== 'list') || depth > 6) return value
  return { ...value, items: value.items.map((item) => asData(interpreter, item, depth + 1)) }
}

/** What the program itself feeds to a model tells its input; only shapes come of it. */
function outside(interpreter: Interpreter, module: InstanceValue, args: CallArguments, body: () => Value): Value {
  const { told } = nnxState(interpreter)
  if (!told.has(module) && args.positional.some((value) => isTensor(value))) told.set(module, args)
  const count = interpreter.state('flax.nnx.sizedCalls', () => ({ made: 0 }))
  const unknown = [...args.positional, ...args.keyword.values()].find(({ kind }) => kind === 'unknown')
  if (unknown !== undefined) return unknown
  if (count.made >= mostCalls) return interpreter.unknown('what the model gives is known when it is run', args.span)
  count.made += 1
  return asData(
    interpreter,
    recordRun(interpreter, new Trace(), namesBelow(module), () => running(interpreter, module, body)),
  )
}

/** Runs `body` with `module` as the root of what runs. */
export function running<T>(interpreter: Interpreter, module: InstanceValue, body: () => T): T {
  const state = nnxState(interpreter)
  const outer = state.running
  state.running = module
  try {
    return body()
  } finally {
    state.running = outer
  }
}

/** `module(*args, **kwargs)`. `kind`: what a layer of Flax's is listed as; null for the program's own. */
export function callNnx(
  interpreter: Interpreter,
  module: InstanceValue,
  kind: 'module' | 'composite' | null,
  args: CallArguments,
  body: () => Value,
): Value {
  const run = currentRun(interpreter)
  if (run === null) return outside(interpreter, module, args, body)
  if (run.trace.isWithinCall) return body()
  const name = run.names.module(module)
  const isRoot = module === nnxState(interpreter).running
  const listed = kind ?? (isRoot || holdsModules(module) ? null : 'module')
  if (listed === null) return heldCalls(run, name, body)
  const weights = (): readonly TensorValue[] => heldBelow(module).parameters.map(([, weight]) => weight)
  return listedCall({ run, layer: module, kind: listed, name: name === '' ? module.cls.name : name, args, weights }, body)
}
