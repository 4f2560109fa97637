/** One run of a Flax model on inputs of given shapes, in train mode. */
import type { InputSpec, Remark } from '../../../analysis'
import type { Graph, Span } from '../../../graph'
import { BudgetError, PythonError, type PythonInterpreter } from '../../../python'
import type { Note } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { recordRun } from '../../torch/run'
import { tracedTensor } from '../../torch/tensor/make'
import { tracedTensorsIn } from '../../torch/tensors-in'
import { Trace } from '../../trace'
import { runLinen } from '../linen/run'
import type { FirstLayer, LinenRun } from '../linen/scope'
import { running } from '../nnx/call'
import { nnxState } from '../nnx/state'
import { namesBelow } from '../nnx/tree'
import type { CallPlan } from './arguments'
import { isLinenClass } from './model'

export interface Attempt {
  readonly graph: Graph
  readonly inputs: readonly { readonly name: string; readonly spec: InputSpec }[]
  /** Why it stopped before the end, or what was lost; null when outputs came. */
  readonly stopped: Remark | null
  readonly notes: readonly Note[]
  readonly first: FirstLayer | null
  /** Paths of the program's own modules that hold none. */
  readonly leaves: ReadonlySet<string>
}

function lossIn(value: Value): Remark | null {
  if (value.kind === 'unknown') return { message: value.reason, span: value.span }
  if (value.kind !== 'tuple' && value.kind !== 'list') return null
  for (const item of value.items) {
    const found = lossIn(item)
    if (found !== null) return found
  }
  return null
}

function failureOf(error: unknown, site: Span | null): Remark {
  if (error instanceof PythonError) return { message: error.message, span: error.span ?? site }
  if (error instanceof BudgetError) return { message: `the model is not followed to its end: ${error.message}`, span: error.span ?? site }
  if (error instanceof RangeError) return { message: 'the model is not followed to its end: it is nested too deeply', span: site }
  throw error
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
): Attempt {
  const trace = new Trace()
  const notesBefore = interpreter.notes.length
  const frames = interpreter.frames.length
  const { depth } = interpreter.meter
  const inputs = plan.arguments.flatMap(({ name, given }) => (given.kind === 'array' ? [{ name, spec: given.spec }] : []))
  const call = () => {
    const positional: Value[] = []
    const keyword = new Map<string, Value>()
    for (const { name, keyword: byName, given } of plan.arguments) {
      let { value } = given.kind === 'value' ? given : { value: null as Value | null }
      if (given.kind === 'array') {
        const { shape, distribution } = given.spec
        const dtype = distribution.kind === 'tokens' ? ('int' as const) : ('float' as const)
        const [id] = trace.emit({ kind: 'input', name, distribution }, [], [{ shape, dtype }], null)
        if (id === undefined) throw new RangeError('an input without an array')
        value = tracedTensor({ interpreter, span: site }, trace, id)
      }
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
export function traceFlax(interpreter: PythonInterpreter, model: InstanceValue, plan: CallPlan, site: Span | null): Attempt {
  const once = attempt(interpreter, model, plan, null, site)
  return once.leaves.size === 0 ? once : attempt(interpreter, model, plan, once.leaves, site)
}
