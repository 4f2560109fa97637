/** `nnx.vmap`, `nnx.scan` and `nnx.split_rngs`: functions of modules run for each copy. */
import type { Span } from '../../../graph'
import { asInteger, asItems } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { none, tuple } from '../../../python/make'
import { type Bound, native } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { axesOf, carry, entryOf, sizeOf, together, unfollowed } from '../jax/axes'
import { splitCount } from './splits'

/** Copies and steps that are followed. */
const most = 256

/** `nnx.StateAxes({nnx.Param: 0, ...: None})`: the axis of the parameters. */
const stateAxes = native('StateAxes(mapping)', (args) => {
  const mapping = args.value('mapping')
  const axes = mapping.kind === 'dict' ? [...mapping.entries.values()] : []
  return axes.find(({ kind }) => kind === 'int') ?? none
})

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
    const [inAxes, outAxes] = [args.value('in_axes'), args.value('out_axes')]
    const strange = unfollowed(interpreter, inAxes, span) ?? unfollowed(interpreter, outAxes, span)
    if (strange !== null) return strange
    const axes = axesOf(inAxes, given.length)
    const sizes = given.map((value, index) => sizeOf(interpreter, value, axes[index] ?? none))
    const size = asInteger(args.value('axis_size')) ?? sizes.find((each) => each !== null) ?? splitsOf(interpreter).open.at(-1) ?? null
    if (size === null || size > most) return interpreter.unknown(`nnx.vmap over ${size ?? 'unknown'} copies is not followed`, span)
    const outputs: Value[] = []
    for (let copy = 0; copy < size; copy++) {
      interpreter.step()
      const own = given.map((value, index) => entryOf({ interpreter, span }, value, axes[index] ?? none, copy))
      outputs.push(interpreter.call(fn, own, undefined, span))
    }
    return outputs.find(({ kind }) => kind === 'unknown') ?? together({ interpreter, span }, outputs, outAxes)
  }),
)

const scan = transform('scan(f=None, *, length=None, reverse=False, unroll=1, in_axes=None, out_axes=None, **kwargs)', (fn, args) =>
  called('scan', (interpreter, given, span) => {
    const usual = tuple([carry, { kind: 'int', value: 0 }])
    const [inAxes, outAxes] = ['in_axes', 'out_axes'].map((name) => (args.passed(name) ? args.value(name) : usual)) as [Value, Value]
    const strange = unfollowed(interpreter, inAxes, span) ?? unfollowed(interpreter, outAxes, span)
    if (strange !== null) return strange
    const axes = axesOf(inAxes, given.length)
    const sizes = given.map((value, index) => sizeOf(interpreter, value, axes[index] ?? none))
    const length = asInteger(args.value('length')) ?? sizes.find((each) => each !== null) ?? null
    if (length === null || length > most) return interpreter.unknown(`nnx.scan of ${length ?? 'unknown'} steps is not unrolled`, span)
    const threaded = axes.indexOf(carry)
    const parts = asItems(outAxes) ?? [outAxes]
    if (parts.some(({ kind }) => kind === 'none'))
      return interpreter.raise('ValueError', 'Cannot broadcast output state. Got out_axes=None', span)
    const isSingle = asItems(outAxes) === undefined
    const carried = parts.indexOf(carry)
    const backwards = args.boolean('reverse') === true
    let state = given[threaded] ?? none
    const steps: (readonly Value[])[] = []
    for (let step = 0; step < length; step++) {
      interpreter.step()
      const own = given.map((value, index) =>
        index === threaded ? state : entryOf({ interpreter, span }, value, axes[index] ?? none, backwards ? length - 1 - step : step),
      )
      const result = interpreter.call(fn, own, undefined, span)
      if (result.kind === 'unknown') return result
      const items = isSingle ? [result] : (asItems(result) ?? [])
      if (items.length !== parts.length)
        return interpreter.unknown(`the scanned function does not give ${parts.length} values, as out_axes has`, span)
      state = items[carried] ?? none
      steps.push(items)
    }
    if (backwards) steps.reverse()
    const outputs = parts.map((axis, index) =>
      index === carried
        ? state
        : together(
            { interpreter, span },
            steps.map((items) => items[index] ?? none),
            axis,
          ),
    )
    return isSingle ? (outputs[0] ?? none) : tuple(outputs)
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
