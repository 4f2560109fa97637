/** One run of a Flax model on inputs of given shapes, in train mode. */
import type { Remark } from '../../../analysis'
import type { Span } from '../../../graph'
import type { PythonInterpreter } from '../../../python'
import type { InstanceValue, Value } from '../../../python/values'
import { type Attempt, failureOf, inputTensor, lossIn } from '../../discover/attempt'
import { recordRun } from '../../torch/run'
import { tracedTensorsIn } from '../../torch/tensors-in'
import { Trace } from '../../trace'
import { runLinen } from '../linen/run'
import type { FirstLayer, LinenRun } from '../linen/scope'
import { running } from '../nnx/call'
import { nnxState } from '../nnx/state'
import { namesBelow } from '../nnx/tree'
import type { CallPlan } from './arguments'
import { isLinenClass } from './model'

export interface FlaxAttempt extends Attempt {
  readonly first: FirstLayer | null
  /** Paths of the program's own modules that hold none. */
  readonly leaves: ReadonlySet<string>
}

function leavesOf({ called }: LinenRun): ReadonlySet<string> {
  return new Set([...called].flatMap(([path, scope]) => (scope.children.size === 0 ? [path] : [])))
}

/** Runs the model once. Never throws for what the program does. */
function attempt(
  interpreter: PythonInterpreter,
  model: InstanceValue,
  plan: CallPlan,
  leaves: ReadonlySet<string> | null,
  site: Span | null,
): FlaxAttempt {
  const trace = new Trace()
  const notesBefore = interpreter.notes.length
  const frames = interpreter.frames.length
  const { depth } = interpreter.meter
  const inputs = plan.arguments.flatMap(({ name, given }) => (given.kind === 'array' ? [{ name, spec: given.spec }] : []))
  const call = () => {
    const positional: Value[] = []
    const keyword = new Map<string, Value>()
    for (const { name, keyword: byName, given } of plan.arguments) {
      const isArray = given.kind === 'array'
      const value = isArray
        ? inputTensor({ interpreter, span: site }, trace, { name, spec: given.spec })
        : given.kind === 'value'
          ? given.value
          : null
      if (value === null) continue
      if (byName) keyword.set(name, value)
      else positional.push(value)
    }
    return { positional, keyword, method: plan.method }
  }
  let stopped: Remark | null = null
  let result: Value = interpreter.unknown('the model gave nothing', site)
  let run: LinenRun | null = null
  const state = nnxState(interpreter)
  state.first = null
  try {
    interpreter.meter.share(() => {
      if (isLinenClass(interpreter, model.cls)) {
        const done = runLinen(interpreter, trace, model, call, leaves, site, (begun) => {
          run = begun
        })
        result = done.result
      } else {
        result = recordRun(interpreter, trace, namesBelow(model), () => {
          const { positional, keyword } = call()
          return running(interpreter, model, () => interpreter.callWith(model, { positional, keyword, span: site }))
        })
      }
      return result
    })
  } catch (error) {
    stopped = failureOf(error, site)
    interpreter.frames.length = frames
    interpreter.meter.depth = depth
  }
  const outputs = stopped === null ? tracedTensorsIn([result]) : []
  if (stopped === null && outputs.length === 0) stopped = lossIn(result) ?? { message: 'the call returns no array', span: site }
  const begun = run as LinenRun | null
  return {
    graph: trace.finish(outputs.filter((id) => trace.tensor(id).dtype === 'float')),
    inputs,
    stopped,
    notes: interpreter.notes.slice(notesBefore),
    first: begun === null ? state.first : begun.first,
    leaves: begun === null ? new Set() : leavesOf(begun),
  }
}

/** Runs the model; a second time where it turns out to have modules of its own that hold none, which are listed then. */
export function traceFlax(interpreter: PythonInterpreter, model: InstanceValue, plan: CallPlan, site: Span | null): FlaxAttempt {
  const once = attempt(interpreter, model, plan, null, site)
  return once.leaves.size === 0 ? once : attempt(interpreter, model, plan, once.leaves, site)
}
