/** One attempt at running a model's forward on inputs of given shapes. */
import type { InputSpec, Remark } from '../../../analysis'
import type { Graph, Span } from '../../../graph'
import type { PythonInterpreter } from '../../../python'
import type { Note } from '../../../python/host'
import { bool } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import { failureOf, inputTensor, lossIn, type NamedInput } from '../../discover/attempt'
import { Trace } from '../../trace'
import { idleApplies } from '../module/apply'
import { dematerialize } from '../module/lazy'
import { namesBelow } from '../module/names'
import { recordRun } from '../run'
import { tracedTensorsIn } from '../tensors-in'

/** What one parameter of `forward` is given: a fresh tensor, or a value as it is. */
export type ModelInput =
  | ({ readonly kind: 'tensor' /** Passed by keyword when set. */; readonly keyword?: string } & NamedInput)
  | { readonly kind: 'value'; readonly value: Value; readonly keyword?: string }

export interface Attempt {
  readonly graph: Graph
  readonly input: readonly InputSpec[]
  /** Why it stopped before the end; null when forward returned. */
  readonly failure: Remark | null
  /** What forward returned holds an Unknown where a tensor is expected: it, and the first reason. */
  readonly lost: Remark | null
  /** Notes made on the way. */
  readonly notes: readonly Note[]
  /** Axis 0 of the first output is the batch's size. */
  readonly keepsBatch: boolean
}

/** Runs `model(*inputs)` in train mode and records it. Never throws for what the program does. */
export function traceModel(
  interpreter: PythonInterpreter,
  model: InstanceValue,
  inputs: readonly ModelInput[],
  site: Span | null,
): Attempt {
  const trace = new Trace()
  dematerialize(interpreter)
  const notesBefore = interpreter.notes.length
  let failure: Remark | null = null
  let result: Value = interpreter.unknown('the model gave nothing', site)
  const frames = interpreter.frames.length
  const { depth } = interpreter.meter
  const names = namesBelow(model)
  recordRun(interpreter, trace, names, () => {
    const positional: Value[] = []
    const keyword = new Map<string, Value>()
    for (const input of inputs) {
      const value = input.kind === 'value' ? input.value : inputTensor({ interpreter, span: site }, trace, input)
      if (input.keyword === undefined) positional.push(value)
      else keyword.set(input.keyword, value)
    }
    try {
      interpreter.call(interpreter.getAttribute(model, 'train'), [bool(true)])
      result = interpreter.meter.share(() => interpreter.call(model, positional, keyword, site))
    } catch (error) {
      failure = failureOf(error, site)
      interpreter.frames.length = frames
      interpreter.meter.depth = depth
    }
  })
  const outputs = failure === null ? tracedTensorsIn([result]) : []
  const idle = idleApplies(interpreter, (module) => names.module(module) !== null)
  const graph = trace.finish(
    outputs.filter((id) => trace.tensor(id).dtype === 'float'),
    idle,
  )
  const input = inputs.flatMap((each) => (each.kind === 'tensor' ? [each.spec] : []))
  const batch = input[0]?.shape[0]
  return {
    graph,
    input,
    failure,
    lost: failure === null && outputs.length === 0 ? (lossIn(result) ?? { message: 'forward returns no tensor', span: site }) : null,
    notes: interpreter.notes.slice(notesBefore),
    keepsBatch: outputs.slice(0, 1).every((id) => trace.tensor(id).shape.length === 0 || trace.tensor(id).shape[0] === batch),
  }
}
