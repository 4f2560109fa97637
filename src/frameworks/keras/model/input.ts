/** `keras.Input`: a symbolic tensor in the run that records what the file computes. */
import type { Assumption, InputSpec } from '../../../analysis'
import type { Span } from '../../../graph'
import { asInteger, asItems, asString } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { native } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { currentRun } from '../../torch/run'
import type { DType } from '../../torch/tensor'
import { tracedTensor } from '../../torch/tensor/make'

export const assumedBatch = 8
/** For an image, a signal, a sequence of unknown length. */
const assumedSides: Readonly<Record<number, number>> = { 1: 32, 2: 32, 3: 16 }

export interface InputPlan {
  /** Inputs that were asked for, in order; each Input takes the first that fits. */
  readonly asked: InputSpec[]
  readonly assumptions: Map<number, Assumption>
}

export function inputPlan(interpreter: Interpreter): InputPlan {
  return interpreter.state<InputPlan>('keras.inputPlan', () => ({ asked: [], assumptions: new Map() }))
}

function fits(spec: InputSpec, wanted: readonly (number | null)[]): boolean {
  return spec.shape.length === wanted.length && wanted.every((size, axis) => size === null || axis === 0 || size === spec.shape[axis])
}

/** Sizes for what is None: those that are asked for, else usual ones. */
export function completed(interpreter: Interpreter, wanted: readonly (number | null)[]): readonly number[] {
  const asked = inputPlan(interpreter).asked.find((spec) => fits(spec, wanted))
  if (asked !== undefined) return asked.shape
  // An image's last axis are its channels: only the axes between batch and channels are its sides.
  const open = Math.max(1, wanted.slice(1, -1).length)
  return wanted.map((size, axis) => size ?? (axis === 0 ? assumedBatch : (assumedSides[Math.min(open, 3)] ?? 32)))
}

export function symbolicInput(
  interpreter: Interpreter,
  wanted: readonly (number | null)[],
  dtype: DType,
  name: string,
  span: Span | null,
): Value {
  const run = currentRun(interpreter)
  if (run === null) return interpreter.unknown('a symbolic input is made only while a file is read', span)
  const shape = completed(interpreter, wanted)
  const [id] = run.trace.emit({ kind: 'input', name, distribution: { kind: 'normal', mean: 0, std: 1 } }, [], [{ shape, dtype }], null)
  if (id === undefined) throw new RangeError('an input without a tensor')
  if (wanted.slice(1).includes(null)) {
    const message = `the input \`(${wanted.map((size) => size ?? 'None').join(', ')})\` is taken as (${shape.join(', ')})`
    inputPlan(interpreter).assumptions.set(id, { message, span, setting: 'input' })
  }
  return tracedTensor({ interpreter, span }, run.trace, id)
}

function sizes(value: Value): (number | null)[] | null {
  const one = asInteger(value)
  if (one !== undefined) return [one]
  return asItems(value)?.map((item) => asInteger(item) ?? null) ?? null
}

function firstUnknownSize(value: Value): Value | undefined {
  return value.kind === 'unknown' ? value : asItems(value)?.find((item) => item.kind === 'unknown')
}

export function dtypeNamed(value: Value): DType {
  const text = asString(value) ?? ''
  return /^u?int/.test(text) ? 'int' : text === 'bool' ? 'bool' : 'float'
}

interface Counter {
  next: number
}

export const inputFunction: BuiltinValue = native(
  'Input(shape=None, batch_size=None, dtype=None, sparse=None, batch_shape=None, name=None, tensor=None, optional=False, ragged=None, batch_input_shape=None, type_spec=None, **kwargs)',
  (args, interpreter) => {
    const whole = [args.value('batch_shape'), args.value('batch_input_shape')].find((value) => value.kind !== 'none')
    const shape = args.value('shape')
    const unknown = firstUnknownSize(whole ?? shape)
    if (unknown !== undefined) return unknown
    const own = sizes(whole ?? shape)
    if (own === null) return interpreter.unknown('the shape of an input is not known', args.span)
    const wanted = whole === undefined ? [args.number('batch_size') ?? null, ...own] : own
    const counter = interpreter.state<Counter>('keras.inputs', () => ({ next: 0 }))
    const name = args.string('name') ?? (counter.next === 0 ? 'input_layer' : `input_layer_${counter.next}`)
    counter.next += 1
    return symbolicInput(interpreter, wanted, dtypeNamed(args.value('dtype')), name, args.span)
  },
)
