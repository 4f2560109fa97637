/** One run of a Keras model on inputs of given shapes. */
import type { Remark } from '../../../analysis'
import type { Span } from '../../../graph'
import type { PythonInterpreter } from '../../../python'
import { bool, list } from '../../../python/make'
import type { InstanceValue, Value } from '../../../python/values'
import { type Attempt, failureOf, inputTensor, lossIn, type NamedInput } from '../../discover/attempt'
import { recordRun } from '../../torch/run'
import { tracedTensorsIn } from '../../torch/tensors-in'
import { Trace } from '../../trace'
import { callLayer } from '../layer/call'
import { kerasState } from '../layer/state'
import { namesBelow } from '../layer/sublayers'

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
    const values = inputs.map((input): Value => inputTensor({ interpreter, span: site }, trace, input))
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
