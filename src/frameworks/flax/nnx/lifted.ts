/** `nnx.vmap`, `nnx.scan` and `nnx.split_rngs`: functions of modules run for each copy. */
import type { Span } from '../../../graph'
import { asInteger, asItems } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { none, tuple } from '../../../python/make'
import { type Bound, native, nativeClass } from '../../../python/native'
import type { BuiltinValue, ClassValue, Value } from '../../../python/values'
import { isModule } from '../../torch/module/registry'
import { axisOf } from '../../torch/shapes/axes'
import { isTensor } from '../../torch/tensor'
import { select } from '../../torch/tensor/views'
import { stackedTrees } from '../jax/control'
import { isKey, keyCount, keyValue } from '../jax/keys'
import { copiesIn, stackOf } from './stack'

/** Copies and steps that are followed. */
const most = 256

/** An axis of an argument that goes from copy to copy; null: the same for all. */
type Axis = number | 'carry' | null

/** `nnx.Carry`. */
const carry: ClassValue = nativeClass({ name: 'Carry', qualifiedName: 'flax.nnx.Carry', attributes: [] })

/** `nnx.StateAxes({nnx.Param: 0, ...: None})`: the axis of the parameters. */
const stateAxes = native('StateAxes(mapping)', (args) => {
  const mapping = args.value('mapping')
  const axes = mapping.kind === 'dict' ? [...mapping.entries.values()] : []
  return axes.find(({ kind }) => kind === 'int') ?? none
})

function axisIn(value: Value): Axis {
  return value === carry ? 'carry' : (asInteger(value) ?? null)
}

/** One axis for all arguments, or one for each. */
function axesOf(value: Value, count: number): readonly Axis[] {
  const items = asItems(value)
  return items === undefined ? new Array<Axis>(count).fill(axisIn(value)) : items.map(axisIn)
}

/** Entries along the axis; null where the value has no such axis. */
function sizeOf(interpreter: Interpreter, value: Value, axis: Axis): number | null {
  if (axis === null || axis === 'carry') return null
  const copies = copiesIn(value)
  if (copies !== null) return copies.length
  if (isTensor(value)) return value.payload.shape.at(axis) ?? null
  const keys = keyCount(interpreter, value)
  if (keys !== null) return keys
  const splits = value.kind === 'instance' ? asInteger(value.attributes.get(splitCount) ?? none) : undefined
  if (splits !== undefined) return splits
  const items = value.kind === 'dict' ? [...value.entries.values()] : asItems(value)
  return items?.map((item) => sizeOf(interpreter, item, axis)).find((size) => size !== null) ?? null
}

function entryOf(interpreter: Interpreter, value: Value, axis: Axis, index: number, span: Span | null): Value {
  if (axis === null || axis === 'carry') return value
  const copies = copiesIn(value)
  if (copies !== null) return copies[index] ?? none
  const at = { interpreter, span }
  if (isTensor(value)) return select(at, value, axisOf(at, axis, value.payload.shape.length), index)
  if (isKey(interpreter, value)) return keyValue(interpreter)
  if (value.kind !== 'tuple' && value.kind !== 'list') return value
  return { ...value, items: value.items.map((item) => entryOf(interpreter, item, axis, index, span)) }
}

/** What the copies gave, as one value. */
function together(interpreter: Interpreter, values: readonly Value[], axis: number, span: Span | null): Value {
  const [first] = values
  if (values.every((value) => isModule(value) || copiesIn(value) !== null)) return stackOf(interpreter, values)
  if (first?.kind !== 'tuple') return stackedTrees(interpreter, values, axis, span)
  const column = (index: number): readonly Value[] => values.map((value) => (value.kind === 'tuple' ? (value.items[index] ?? none) : none))
  return tuple(first.items.map((_, index) => together(interpreter, column(index), axis, span)))
}

/** Where `Rngs` keep into how many streams they were split. */
export const splitCount = '_splits'

interface Splits {
  /** Of the calls of split_rngs under way, innermost last. */
  readonly open: number[]
}

function splitsOf(interpreter: Interpreter): Splits {
  return interpreter.state<Splits>('flax.nnx.splits', () => ({ open: [] }))
}

/** A function made of a function, given at once or as a decorator's. */
function transform(signature: string, made: (fn: Value, args: Bound, interpreter: Interpreter) => Value): BuiltinValue {
  return native(signature, (args, interpreter) => {
    const fn = args.value('f')
    if (fn.kind !== 'none') return made(fn, args, interpreter)
    return native('transform(f)', (inner, other) => made(inner.value('f'), args, other))
  })
}

function called(name: string, run: (interpreter: Interpreter, given: readonly Value[], span: Span | null) => Value): BuiltinValue {
  return {
    kind: 'builtin',
    name,
    bindsSelf: true,
    call(args, interpreter) {
      const unknown = args.positional.find(({ kind }) => kind === 'unknown')
      if (args.keyword.size > 0) return interpreter.unknown(`nnx.${name} with keywords is not followed`, args.span)
      return unknown ?? run(interpreter, args.positional, args.span)
    },
  }
}

const vmap = transform('vmap(f=None, *, in_axes=0, out_axes=0, axis_name=None, axis_size=None, **kwargs)', (fn, args) =>
  called('vmap', (interpreter, given, span) => {
    const axes = axesOf(args.value('in_axes'), given.length)
    const sizes = given.map((value, index) => sizeOf(interpreter, value, axes[index] ?? null))
    const size = asInteger(args.value('axis_size')) ?? sizes.find((each) => each !== null) ?? splitsOf(interpreter).open.at(-1) ?? null
    if (size === null || size > most) return interpreter.unknown(`nnx.vmap over ${size ?? 'unknown'} copies is not followed`, span)
    const outputs: Value[] = []
    for (let copy = 0; copy < size; copy++) {
      interpreter.step()
      const own = given.map((value, index) => entryOf(interpreter, value, axes[index] ?? null, copy, span))
      outputs.push(interpreter.call(fn, own, undefined, span))
    }
    return outputs.find(({ kind }) => kind === 'unknown') ?? together(interpreter, outputs, axisNumber(args.value('out_axes')), span)
  }),
)

function axisNumber(value: Value): number {
  const axis = axisIn(asItems(value)?.find((item) => item.kind === 'int') ?? value)
  return typeof axis === 'number' ? axis : 0
}

const scan = transform('scan(f=None, *, length=None, reverse=False, unroll=1, in_axes=None, out_axes=None, **kwargs)', (fn, args) =>
  called('scan', (interpreter, given, span) => {
    const usual = tuple([carry, { kind: 'int', value: 0 }])
    const [inAxes, outAxes] = ['in_axes', 'out_axes'].map((name) => (args.passed(name) ? args.value(name) : usual)) as [Value, Value]
    const axes = axesOf(inAxes, given.length)
    const sizes = given.map((value, index) => sizeOf(interpreter, value, axes[index] ?? null))
    const length = asInteger(args.value('length')) ?? sizes.find((each) => each !== null) ?? null
    if (length === null || length > most) return interpreter.unknown(`nnx.scan of ${length ?? 'unknown'} steps is not unrolled`, span)
    const threaded = axes.indexOf('carry')
    const parts = asItems(outAxes)
    const carried = parts === undefined ? (outAxes === carry ? 0 : -1) : parts.indexOf(carry)
    const backwards = args.boolean('reverse') === true
    let state = given[threaded] ?? none
    const outputs: Value[] = []
    for (let step = 0; step < length; step++) {
      interpreter.step()
      const own = given.map((value, index) =>
        index === threaded ? state : entryOf(interpreter, value, axes[index] ?? null, backwards ? length - 1 - step : step, span),
      )
      const result = interpreter.call(fn, own, undefined, span)
      if (result.kind === 'unknown') return result
      const items = parts === undefined ? [result] : (asItems(result) ?? [])
      if (carried >= 0) state = items[carried] ?? none
      outputs.push(tuple(items.filter((_, index) => index !== carried)))
    }
    const stacked = together(interpreter, backwards ? outputs.reverse() : outputs, 0, span)
    const rest = stacked.kind === 'tuple' ? stacked.items : []
    if (parts === undefined) return carried === 0 ? state : (rest[0] ?? none)
    let next = 0
    return tuple(parts.map((_, index) => (index === carried ? state : (rest[next++] ?? none))))
  }),
)

const splitRngs = native('split_rngs(node=None, /, *, splits, **kwargs)', (args) => {
  const splits = args.value('splits')
  const node = args.value('node')
  const around = (fn: Value): Value =>
    called('split_rngs', (interpreter, given, span) => {
      const { open } = splitsOf(interpreter)
      const count = asInteger(splits)
      if (count !== undefined) open.push(count)
      try {
        return interpreter.call(fn, given, undefined, span)
      } finally {
        if (count !== undefined) open.pop()
      }
    })
  if (node.kind === 'instance') node.attributes.set(splitCount, splits)
  if (node.kind === 'instance') return none
  return node.kind === 'none' ? native('split_rngs(f)', (inner) => around(inner.value('f'))) : around(node)
})

export const liftedFunctions: readonly (readonly [string, Value])[] = [
  ['Carry', carry],
  ['StateAxes', stateAxes],
  ['vmap', vmap],
  ['scan', scan],
  ['split_rngs', splitRngs],
]
