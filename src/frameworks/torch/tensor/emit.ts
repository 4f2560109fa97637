/**
 * Carries out one operation: recorded in the graph of the model being run when an operand is, else computed on the data.
 */
import type { Distribution, Op } from '../../../graph'
import type { TensorType } from '../../trace'
import { foldOp } from '../fold'
import { currentRun } from '../run'
import type { Site } from '../site'
import type { Elements, TensorValue } from '../tensor'
import { distributionOf } from './distribution'
import { elementsOf, kept, maximumStoredElements } from './elements'
import { count } from './layout'
import { byNumbers, drawnTensor, knownTensor, tracedTensor } from './make'
import { isRecorded, operandId } from './operand'
import { rememberedOf } from './remembered'

export interface Operation {
  readonly op: Op
  readonly inputs: readonly TensorValue[]
  readonly output: TensorType
  /** The output's numbers from the inputs' (row-major), where `op` alone does not say how. */
  readonly fold?: (inputs: readonly Elements[]) => Elements | null
  /** `fold` depends on `op` and the inputs alone. */
  readonly isPure?: true
  /** The operation uses a parameter by its id: in a recorded run it is recorded whatever its inputs are. */
  readonly hasParameters?: boolean
  /** What the output is drawn from, when the inputs' numbers are not known. */
  readonly draw?: (inputs: readonly Distribution[]) => { readonly distribution: Distribution; readonly label: string }
}

/** Fewer numbers are sooner computed than looked up. */
const leastRemembered = 256

/** An operation that takes longer to say is rarely done again. */
const longestKey = 500

/** A node stays in memory and is worked on long after: it costs as much of the budget as so many steps. */
const stepsOfNode = 45

export function emit(at: Site, asked: Operation): TensorValue {
  const operation = asked.inputs.some(({ payload }) => payload.pair !== undefined) ? ofParts(asked) : asked
  const { op, inputs, output } = operation
  const noise = redrawn(at, operation)
  if (noise !== null) return noise
  const run = currentRun(at.interpreter)
  if (run !== null && (operation.hasParameters === true || inputs.some((input) => isRecorded(at, input)))) {
    at.interpreter.step(stepsOfNode)
    const ids = inputs.map((input) => operandId(at, run, input))
    const [id] = run.trace.emit(op, ids, [output], at.span)
    if (id === undefined) throw new RangeError('an operation without an output')
    return tracedTensor(at, run.trace, id)
  }
  const known = inputs.map(elementsOf)
  // What describes the operands is only worked out where it describes the result.
  const isLarge = count(output.shape) > maximumStoredElements
  const described = () => operation.draw?.(inputs.map(distributionOf))
  const reason = `${op.kind === 'opaque' ? op.name : op.kind} of data is not followed`
  if (known.every((elements) => elements !== null)) {
    const shapes = inputs.map((input) => input.payload.shape)
    const folded = foldOnce(operation, known, shapes)
    if (folded !== null) {
      const drawn = isLarge ? described() : operation.draw?.(inputs.map(() => byNumbers))
      const distribution = isLarge && drawn !== undefined && drawn.distribution.kind !== 'unknown' ? drawn.distribution : byNumbers
      return knownTensor(at, output.shape, output.dtype, folded, drawn?.label, distribution)
    }
  }
  const { distribution, label } = described() ?? { distribution: { kind: 'unknown', reason }, label: 'computed' }
  return drawnTensor(at, output.shape, distribution, label, output.dtype)
}

/** The output's numbers; of many, those that were computed before where they were. */
function foldOnce(
  { op, output, fold, isPure }: Operation,
  known: readonly Elements[],
  shapes: readonly (readonly number[])[],
): Elements | null {
  const length = count(output.shape)
  const compute = (): Elements | null => {
    const elements = fold === undefined ? foldOp(op, known, shapes, output.shape) : fold(known)
    return elements === null ? null : kept(length, elements)
  }
  if ((fold !== undefined && isPure !== true) || length < leastRemembered) return compute()
  const said = JSON.stringify(op, (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))
  return said.length > longestKey ? compute() : rememberedOf(`${said} ${shapes.join('|')} ${output.shape.join()}`, known, length, compute)
}

/** What complex tensors become is not followed; the operation is applied to the real tensors behind them in name only. */
function ofParts({ op, inputs, output }: Operation): Operation {
  const name = op.kind === 'opaque' ? op.name : op.kind
  return {
    op: { kind: 'opaque', name, reason: `${name}: complex numbers are not modelled` },
    inputs: inputs.map((input) => input.payload.pair ?? input),
    output,
    fold: () => null,
  }
}

/** Noise that an operation turns into other noise of a known distribution stays data, so that `torch.rand(n) < keep` is a mask. */
function redrawn(at: Site, { inputs, output, draw }: Operation): TensorValue | null {
  const areNoise = inputs.every(
    ({ payload: { source } }) => source.kind === 'data' && source.storage.parameter === null && source.storage.elements === null,
  )
  if (draw === undefined || !areNoise) return null
  const { distribution, label } = draw(inputs.map(distributionOf))
  return distribution.kind === 'unknown' ? null : drawnTensor(at, output.shape, distribution, label, output.dtype)
}

/** The same for an operation with several outputs; data is not computed, only its shapes are. */
export function emitMany(at: Site, op: Op, inputs: readonly TensorValue[], outputs: readonly TensorType[]): TensorValue[] {
  const run = currentRun(at.interpreter)
  if (run !== null && inputs.some((input) => isRecorded(at, input))) {
    const ids = inputs.map((input) => operandId(at, run, input))
    return run.trace.emit(op, ids, outputs, at.span).map((id) => tracedTensor(at, run.trace, id))
  }
  return outputs.map(({ shape, dtype }) =>
    drawnTensor(at, shape, { kind: 'unknown', reason: `${op.kind} of data is not followed` }, 'computed', dtype),
  )
}
