/** Calling NNX's modules: leaves are listed in the graph of the model being run. */
import type { ParameterId } from '../../../graph'
import type { CallArguments, Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { parameterIdOf } from '../../torch/parameter-id'
import { currentRun, type ModelRun, recordRun } from '../../torch/run'
import { isTensor } from '../../torch/tensor'
import { unknownData } from '../../torch/tensor/make'
import { tracedTensorsIn } from '../../torch/tensors-in'
import { Trace } from '../../trace'
import { heldBelow, holdsModules, namesBelow } from './tree'
import { nnxState } from './state'

function ownedParameters(run: ModelRun, module: InstanceValue): readonly ParameterId[] {
  return heldBelow(module).parameters.flatMap(([, { payload }]) => {
    const id = payload.source.kind === 'data' ? parameterIdOf(run, payload.source.storage) : null
    return id === null ? [] : [id]
  })
}

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
  if (listed === null) {
    if (name === null || name === '') return body()
    run.path.push(name)
    try {
      return body()
    } finally {
      run.path.pop()
    }
  }
  const type = module.cls.name
  const number = (run.functionCounts.get(type) ?? 0) + 1
  if (name === null) run.functionCounts.set(type, number)
  const parameters: ParameterId[] = []
  return run.trace.withinCall(
    {
      kind: name === null ? 'function' : listed,
      name: name === null ? `${type}#${number}` : name === '' ? type : name,
      type,
      definition: module.span,
      site: args.span,
      inputs: tracedTensorsIn([...args.positional, ...args.keyword.values()]),
      parameters,
      path: [...run.path],
    },
    () => {
      const result = body()
      parameters.push(...ownedParameters(run, module))
      return result
    },
    (result) => tracedTensorsIn([result]),
  )
}
