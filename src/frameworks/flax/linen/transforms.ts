/** `nn.scan`, `nn.remat`, `nn.jit`, …: classes made of classes. */
import { asInteger, asNumber } from '../../../python/guards'
import type { CallArguments, Interpreter } from '../../../python/host'
import { none, tuple } from '../../../python/make'
import { lookUp } from '../../../python/mro'
import { type Bound, native, nativeClass } from '../../../python/native'
import type { Span } from '../../../graph'
import type { BuiltinValue, ClassValue, FunctionValue, InstanceValue, Value } from '../../../python/values'
import { instanceMethod } from '../../instanceMethod'
import { isTensor } from '../../torch/tensor'
import { axesOf, entryOf, sizeOf, together, unfollowed } from '../jax/axes'
import { runOverTime } from '../layers/recurrent'
import { enter } from './call'
import { forEachCopy, type ParameterUse } from './copies'
import { linenView } from './layers'
import { linenState } from './state'

/** Steps that a scan is unrolled to. */
const mostSteps = 256

function derived(prefix: string, cls: ClassValue, attributes: Iterable<readonly [string, Value]> = []): ClassValue {
  return nativeClass({ name: `${prefix}${cls.name}`, qualifiedName: `${cls.qualifiedName}.${prefix}`, bases: [cls], attributes })
}

/** Makes no difference to what is computed: the class under its transformed name, a function as it is. */
export function transparent(name: string, prefix: string): BuiltinValue {
  return native(`${name}(target=None, *args, **kwargs)`, (args) => {
    const target = args.value('target')
    if (target.kind === 'class') return derived(prefix, target)
    if (target.kind !== 'none') return target
    return native(`${name}(target)`, (inner) => {
      const given = inner.value('target')
      return given.kind === 'class' ? derived(prefix, given) : given
    })
  })
}

/** Whether every step has parameters of its own, or all the same. */
function parameterUse(args: Bound): ParameterUse {
  const axes = args.value('variable_axes')
  if (axes.kind !== 'dict') return 'shared'
  for (const [key, value] of axes.entries.entries())
    if (key.kind === 'str' && (key.value === 'params' || key.value === 'param') && value.kind !== 'none') return 'each'
  return 'shared'
}

/** Entries along the axes of the arguments; null where none has such an axis. */
function sizeAlong(interpreter: Interpreter, given: readonly Value[], axes: readonly Value[]): number | null {
  return given.map((value, index) => sizeOf(interpreter, value, axes[index] ?? none)).find((size) => size !== null) ?? null
}

interface Scanned {
  readonly use: ParameterUse
  readonly length: number | null
  readonly inAxes: Value
  readonly outAxes: Value
}

/** Calls the class's own method once for each step, the carry going from one to the next. */
function unrolled(scan: Scanned, call: Value, module: InstanceValue, args: CallArguments, interpreter: Interpreter): Value {
  const { run } = linenState(interpreter)
  const [carry, ...given] = args.positional
  if (run === null || carry === undefined) return interpreter.unknown('a scan is followed only inside of a model', args.span)
  const axes = axesOf(scan.inAxes, given.length)
  const length = scan.length ?? sizeAlong(interpreter, given, axes)
  const unknown = [carry, ...given].find(({ kind }) => kind === 'unknown')
  const strange = unknown ?? unfollowed(interpreter, scan.inAxes, args.span) ?? unfollowed(interpreter, scan.outAxes, args.span)
  if (strange !== null) return strange
  if (length === null || length > mostSteps) return interpreter.unknown(`a scan of ${length ?? 'unknown'} steps is not unrolled`, args.span)
  const outputs: Value[] = []
  const at = { interpreter, span: args.span }
  let state = carry
  const ended = forEachCopy(interpreter, run, module, { count: length, use: scan.use }, (step) => {
    const own = given.map((value, index) => entryOf(at, value, axes[index] ?? none, step))
    const result = interpreter.callWith(call, { ...args, positional: [module, state, ...own] })
    if (result.kind !== 'tuple')
      return result.kind === 'unknown' ? result : interpreter.unknown('the scanned method gives no carry', args.span)
    const [next = none, output = none] = result.items
    state = next
    outputs.push(output)
    return null
  })
  if (ended !== null) return ended
  return tuple([state, together(at, outputs, scan.outAxes)])
}

/** A cell of Flax's run over time is one recurrent operation. */
function overTime(module: InstanceValue, args: CallArguments, scan: Scanned, interpreter: Interpreter): Value | null {
  const view = linenView(interpreter, module, args.span)
  const [carry, input] = args.positional
  const axis = asInteger(axesOf(scan.inAxes, 1)[0] ?? none)
  if (view === null || scan.use !== 'shared' || carry === undefined || !isTensor(input) || (axis !== 0 && axis !== 1)) return null
  if (axis !== asInteger(scan.outAxes)) return null
  const run = runOverTime(view, view, input, { timeMajor: axis === 0, reverse: false, keepOrder: false, initial: carry })
  return typeof run === 'string' ? null : tuple([run.carry, run.outputs])
}

function scannedClass(cls: ClassValue, scan: Scanned): ClassValue {
  const made: ClassValue = derived('Scan', cls, [
    [
      '__call__',
      instanceMethod('__call__', (self, args, interpreter) => {
        const call = lookUp(cls, '__call__')
        return call === undefined ? none : (overTime(self, args, scan, interpreter) ?? unrolled(scan, call, self, args, interpreter))
      }),
    ],
  ])
  return made
}

/** `@nn.scan` on a method of a module: the module's own parameters at every step. */
function scannedMethod(fn: FunctionValue, scan: Scanned): BuiltinValue {
  return instanceMethod(fn.name, (self, args, interpreter) =>
    enter(interpreter, self, fn.name === '__call__', args, () => unrolled(scan, fn, self, args, interpreter)),
  )
}

export const scanTransform: BuiltinValue = native(
  'scan(target=None, variable_axes=None, variable_broadcast=False, variable_carry=False, split_rngs=None, in_axes=0, out_axes=0, length=None, reverse=False, unroll=1, data_transform=None, metadata_params=None, methods=None, _split_transpose=False, check_constancy_invariants=True)',
  (args, interpreter) => {
    const target = args.value('target')
    const scan: Scanned = {
      use: parameterUse(args),
      length: asInteger(args.value('length')) ?? null,
      inAxes: args.value('in_axes'),
      outAxes: args.value('out_axes'),
    }
    const scanned = (given: Value, span: Span | null): Value => {
      if (given.kind === 'class') return scannedClass(given, scan)
      return given.kind === 'function' ? scannedMethod(given, scan) : interpreter.unknown('nn.scan of this is not modelled', span)
    }
    if (target.kind !== 'none') return scanned(target, args.span)
    return native('scan(target)', (inner) => scanned(inner.value('target'), inner.span))
  },
)

/** `nn.remat_scan(Block, lengths=(4, 2))`: ∏lengths blocks one after the other, each with parameters of its own. */
export const rematScanTransform: BuiltinValue = native('remat_scan(target=None, lengths=(), *args, **kwargs)', (args, interpreter) => {
  const target = args.value('target')
  const lengths = interpreter.items(args.value('lengths'), args.span)?.map((item) => asNumber(item) ?? Number.NaN) ?? []
  const length = lengths.reduce((product, each) => product * each, 1)
  if (target.kind !== 'class' || !Number.isInteger(length))
    return interpreter.unknown('nn.remat_scan with these arguments is not modelled', args.span)
  const pairing: BuiltinValue = {
    kind: 'builtin',
    name: '__call__',
    bindsSelf: true,
    call: (inner, other) => {
      const call = lookUp(target, '__call__')
      return call === undefined ? none : tuple([other.callWith(call, inner), none])
    },
  }
  return derived('Scan', target, [
    [
      '__call__',
      instanceMethod('__call__', (self, inner, other) => {
        const scan: Scanned = { use: 'each', length, inAxes: none, outAxes: none }
        const result = unrolled(scan, pairing, self, inner, other)
        return result.kind === 'tuple' ? (result.items[0] ?? none) : result
      }),
    ],
  ])
})

/** Copies of a module that a vmap is followed for. */
const mostCopies = 64

interface Mapped {
  readonly use: ParameterUse
  readonly size: number | null
  readonly inAxes: Value
  readonly outAxes: Value
}

/** Calls the class's own method once for each entry of the mapped axis, and stacks what they give. */
function mapped(map: Mapped, call: Value, module: InstanceValue, args: CallArguments, interpreter: Interpreter): Value {
  const { run } = linenState(interpreter)
  const { positional } = args
  const axes = axesOf(map.inAxes, positional.length)
  const size = map.size ?? sizeAlong(interpreter, positional, axes)
  const unknown = positional.find(({ kind }) => kind === 'unknown')
  const strange = unknown ?? unfollowed(interpreter, map.inAxes, args.span) ?? unfollowed(interpreter, map.outAxes, args.span)
  if (run === null || strange !== null) return strange ?? interpreter.unknown('a vmap is followed only inside of a model', args.span)
  if (size === null || size > mostCopies) return interpreter.unknown(`a vmap over ${size ?? 'unknown'} entries is not followed`, args.span)
  const at = { interpreter, span: args.span }
  const outputs: Value[] = []
  const ended = forEachCopy(interpreter, run, module, { count: size, use: map.use }, (entry) => {
    const own = positional.map((value, index) => entryOf(at, value, axes[index] ?? none, entry))
    const result = interpreter.callWith(call, { ...args, positional: [module, ...own] })
    outputs.push(result)
    return result.kind === 'unknown' ? result : null
  })
  return ended ?? together(at, outputs, map.outAxes)
}

/** `nn.vmap`: an ensemble where each entry has parameters of its own. */
export const vmapTransform: BuiltinValue = native(
  'vmap(target=None, variable_axes=None, split_rngs=None, in_axes=0, out_axes=0, axis_size=None, axis_name=None, spmd_axis_name=None, metadata_params=None, methods=None)',
  (args, interpreter) => {
    const target = args.value('target')
    if (target.kind !== 'class') return interpreter.unknown('nn.vmap of a function is not modelled', args.span)
    const map: Mapped = {
      use: parameterUse(args),
      size: asInteger(args.value('axis_size')) ?? null,
      inAxes: args.value('in_axes'),
      outAxes: args.value('out_axes'),
    }
    return derived('Vmap', target, [
      [
        '__call__',
        instanceMethod('__call__', (self, inner, other) => {
          const call = lookUp(target, '__call__')
          return call === undefined ? none : mapped(map, call, self, inner, other)
        }),
      ],
    ])
  },
)
