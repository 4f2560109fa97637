/** What a program's own call of a model gives: arrays of known shapes. */
import { PythonError } from '../../../python'
import type { Interpreter } from '../../../python/host'
import type { Bound } from '../../../python/native'
import type { InstanceValue, Value } from '../../../python/values'
import { isTensor } from '../../torch/tensor'
import { unknownData } from '../../torch/tensor/make'
import { Trace } from '../../trace'
import { runLinen } from './run'
import { linenState } from './state'

/** Calls of models that are followed for the shapes of what they give. */
const mostCalls = 24

function asData(interpreter: Interpreter, value: Value, depth = 0): Value {
  if (isTensor(value)) {
    const { shape, dtype, source } = value.payload
    return source.kind === 'traced' ? unknownData({ interpreter, span: null }, shape, dtype, 'it is computed by a model') : value
  }
  if (depth > 6) return value
  if (value.kind === 'tuple') return { ...value, items: value.items.map((item) => asData(interpreter, item, depth + 1)) }
  if (value.kind === 'list') return { kind: 'list', items: value.items.map((item) => asData(interpreter, item, depth + 1)) }
  return value
}

/** `model.apply(variables, …)` outside of a run. */
export function asSized(interpreter: Interpreter, module: InstanceValue, args: Bound): Value {
  const unknown = interpreter.unknown('what the model gives is known when it is run', args.span)
  const count = interpreter.state('flax.sizedCalls', () => ({ made: 0 }))
  const given = args.rest('args')
  if (linenState(interpreter).run !== null || count.made >= mostCalls || given.some(({ kind }) => kind === 'unknown')) return unknown
  count.made += 1
  try {
    const call = { positional: given, keyword: args.keywords('kwargs'), method: args.value('method') }
    return asData(interpreter, runLinen(interpreter, new Trace(), module, () => call, null, args.span).result)
  } catch (error) {
    if (!(error instanceof PythonError)) throw error
    return unknown
  }
}
