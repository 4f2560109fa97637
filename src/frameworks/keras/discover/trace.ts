/** One run of a Keras model on inputs of given shapes. */
import type { InputSpec, Remark } from '../../../analysis'
import { consumersOf, type Graph, type Span, type TensorId } from '../../../graph'
import { BudgetError, PythonError, type PythonInterpreter } from '../../../python'
import type { Note } from '../../../python/host'
import { bool, list } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import { recordRun } from '../../torch/run'
import { tracedTensor } from '../../torch/tensor/make'
import { tracedTensorsIn } from '../../torch/tensors-in'
import { Trace } from '../../trace'
import { callLayer } from '../layer/call'
import { kerasState } from '../layer/state'
import { namesBelow } from '../layer/sublayers'

export interface NamedInput {
  readonly name: string
  readonly spec: InputSpec
}

export interface Attempt {
  readonly graph: Graph
  readonly inputs: readonly NamedInput[]
  /** Why it stopped before the end, or what was lost; null when outputs came. */
  readonly stopped: Remark | null
  readonly notes: readonly Note[]
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

/** How many of the inputs are passed one by one; the others together as one list. */
export type Passing = 'together' | 'separately'

/** Runs `model(inputs, training=True)` and records it. Never throws for what the program does. */
export function traceKeras(
  interpreter: PythonInterpreter,
  model: InstanceValue,
  inputs: readonly NamedInput[],
  passing: Passing,
  site: Span | null,
): Attempt {
  const trace = new Trace()
  const notesBefore = interpreter.notes.length
  const { training } = kerasState(interpreter)
  const nested = training.length
  const frames = interpreter.frames.length
  const { depth } = interpreter.meter
  let stopped: Remark | null = null
  let result: Value = interpreter.unknown('the model gave nothing', site)
  recordRun(interpreter, trace, namesBelow(interpreter, model), () => {
    const values = inputs.map(({ name, spec }): Value => {
      const dtype = spec.distribution.kind === 'tokens' ? ('int' as const) : ('float' as const)
      const [id] = trace.emit({ kind: 'input', name, distribution: spec.distribution }, [], [{ shape: spec.shape, dtype }], null)
      if (id === undefined) throw new RangeError('an input without a tensor')
      return tracedTensor({ interpreter, span: site }, trace, id)
    })
    const [first] = values
    const positional = passing === 'separately' || values.length === 1 || first === undefined ? values : [list(values)]
    try {
      result = interpreter.meter.share(() =>
        callLayer(interpreter, model, { positional, keyword: new Map([['training', bool(true)]]), span: site }),
      )
    } catch (error) {
      stopped = failureOf(error, site)
      interpreter.frames.length = frames
      interpreter.meter.depth = depth
      training.length = nested
    }
  })
  const outputs = stopped === null ? tracedTensorsIn([result]) : []
  if (stopped === null && outputs.length === 0) stopped = lossIn(result) ?? { message: 'the call returns no tensor', span: site }
  return {
    graph: trace.finish(outputs.filter((id) => trace.tensor(id).dtype === 'float')),
    inputs,
    stopped,
    notes: interpreter.notes.slice(notesBefore),
  }
}

/** Inputs that only embeddings read are integers: below the smallest table's size. null: none is. */
export function asTokens(graph: Graph, inputs: readonly NamedInput[]): readonly NamedInput[] | null {
  const consumers = consumersOf(graph)
  const below = (id: TensorId): number | null => {
    const sizes: number[] = []
    for (const { op, outputs } of consumers[id] ?? []) {
      const [output] = outputs
      const found =
        op.kind === 'embedding'
          ? op.count
          : (op.kind === 'cast' || op.kind === 'slice' || op.kind === 'reshape') && output !== undefined
            ? below(output)
            : null
      if (found !== null) sizes.push(found)
    }
    return sizes.length === 0 ? null : Math.min(...sizes)
  }
  const own = graph.nodes.filter(({ op }) => op.kind === 'input').map(({ outputs }) => outputs[0])
  let changed = false
  const typed = inputs.map((input, index): NamedInput => {
    const id = own[index]
    const count = id === undefined || input.spec.distribution.kind === 'tokens' ? null : below(id)
    if (count === null) return input
    changed = true
    return { ...input, spec: { ...input.spec, distribution: { kind: 'tokens', below: count } } }
  })
  return changed ? typed : null
}
