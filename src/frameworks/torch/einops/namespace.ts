/** The modules `einops` and `einops.layers.torch`. */
import { asIntegers, asItems } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { int, list, none, str, stringDict, tuple } from '../../../python/make'
import { type Bound, method, native, nativeClass, nativeModule } from '../../../python/native'
import type { ClassValue, ModuleValue, Value } from '../../../python/values'
import { asFunctionCall } from '../calls'
import { einsum } from '../functional/einsum'
import { stack } from '../functional/join'
import { integerOf } from '../functions/call'
import { selfModule } from '../module/attributes'
import { beginModule } from '../module/instances'
import { moduleClass } from '../module/module-class'
import { isTensor } from '../tensor'
import { installTensors } from '../tensor/install'
import { sizeValue } from '../tensor/size'
import { pack, unpack } from './pack'
import { parsePattern } from './pattern'
import { einopsTransform, type Reduction } from './rearrange'
import type { Operation } from './refusal'

const reductions: ReadonlyMap<string, Reduction> = new Map([
  ['mean', 'mean'],
  ['sum', 'sum'],
  ['max', 'max'],
  ['min', 'min'],
  ['prod', 'prod'],
])

/** One tensor, or a list of them as a new first axis. */
function apply(
  interpreter: Interpreter,
  operation: Operation,
  given: Value,
  pattern: Value,
  reduction: Value | null,
  lengths: Iterable<readonly [string, Value]>,
  span: Bound['span'],
): Value {
  const at = { interpreter, span }
  const items = asItems(given)
  const tensor = items === undefined ? given : stack(at, items.filter(isTensor), 0)
  for (const value of [tensor, pattern, ...(reduction === null ? [] : [reduction])]) if (value.kind === 'unknown') return value
  if (!isTensor(tensor) || pattern.kind !== 'str') return interpreter.unknown('what einops is given is not known', span)
  const known = new Map<string, number>()
  for (const [name, value] of lengths) {
    const size = integerOf(value)
    if (size === null) return value.kind === 'unknown' ? value : interpreter.unknown(`the size of ${name} is not known`, span)
    known.set(name, size)
  }
  const how = reduction?.kind === 'str' ? (reductions.get(reduction.value) ?? null) : null
  if (reduction !== null && how === null) return interpreter.unknown('this reduction of einops is not modelled', span)
  return einopsTransform(at, tensor, pattern.value, known, operation, how)
}

function listedApply(name: Operation, interpreter: Interpreter, args: Bound, reduction: Value | null): Value {
  const given = args.value('tensor')
  return asFunctionCall(interpreter, name, [given], args.span, () =>
    apply(interpreter, name, given, args.value('pattern'), reduction, args.keywords('lengths'), args.span),
  )
}

const functions: readonly (readonly [string, Value])[] = [
  ['rearrange', native('rearrange(tensor, pattern, **lengths)', (args, interpreter) => listedApply('rearrange', interpreter, args, null))],
  ['repeat', native('repeat(tensor, pattern, **lengths)', (args, interpreter) => listedApply('repeat', interpreter, args, null))],
  [
    'reduce',
    native('reduce(tensor, pattern, reduction, **lengths)', (args, interpreter) =>
      listedApply('reduce', interpreter, args, args.value('reduction')),
    ),
  ],
  [
    'einsum',
    native('einsum(*operands)', (args, interpreter) => {
      const operands = args.rest('operands')
      const text = operands.find((value) => value.kind === 'str')
      if (text?.kind !== 'str') return interpreter.unknown('the equation of einsum is not known', args.span)
      const tensors = operands.filter(isTensor)
      return asFunctionCall(interpreter, 'einsum', tensors, args.span, () =>
        einsum({ interpreter, span: args.span }, lettered(text.value), tensors),
      )
    }),
  ],
  [
    'pack',
    native('pack(tensors, pattern)', (args, interpreter) => {
      const [given, pattern] = [args.value('tensors'), args.value('pattern')]
      const tensors = asItems(given)?.filter(isTensor)
      if (tensors === undefined || tensors.length === 0 || pattern.kind !== 'str')
        return given.kind === 'unknown' ? given : interpreter.unknown('what einops packs is not known', args.span)
      return asFunctionCall(interpreter, 'pack', tensors, args.span, () => {
        const { packed, shapes } = pack({ interpreter, span: args.span }, tensors, pattern.value)
        return tuple([packed, list(shapes.map(sizeValue))])
      })
    }),
  ],
  [
    'unpack',
    native('unpack(tensor, packed_shapes, pattern)', (args, interpreter) => {
      const [tensor, given, pattern] = [args.value('tensor'), args.value('packed_shapes'), args.value('pattern')]
      if (tensor.kind === 'unknown') return tensor
      const shapes = asItems(given)?.map(asIntegers)
      if (!isTensor(tensor) || pattern.kind !== 'str' || shapes === undefined || !shapes.every((shape) => shape !== undefined))
        return given.kind === 'unknown' ? given : interpreter.unknown('what einops unpacks is not known', args.span)
      return asFunctionCall(interpreter, 'unpack', [tensor], args.span, () =>
        list([...unpack({ interpreter, span: args.span }, tensor, shapes, pattern.value)]),
      )
    }),
  ],
  [
    'parse_shape',
    native('parse_shape(x, pattern)', (args, interpreter) => {
      const [x, pattern] = [args.value('x'), args.value('pattern')]
      if (!isTensor(x) || pattern.kind !== 'str') return interpreter.unknown('the shape is not known', args.span)
      const { left } = parsePattern({ interpreter, span: args.span }, `${pattern.value} ->`)
      return stringDict(
        left.flatMap((group, axis) =>
          group[0] === undefined || group[0] === '_' ? [] : [[group[0], int(x.payload.shape[axis] ?? 1)] as const],
        ),
      )
    }),
  ],
]

/** einops names axes by words, torch by letters. */
function lettered(equation: string): string {
  const letters = new Map<string, string>()
  const letter = (word: string): string => {
    const known = letters.get(word) ?? String.fromCharCode(letters.size < 26 ? 97 + letters.size : 39 + letters.size)
    letters.set(word, known)
    return known
  }
  return equation.replace(/[A-Za-z_]\w*/g, letter)
}

/** `Rearrange('b c h w -> b (c h w)')` as a layer. */
function layer(interpreter: Interpreter, name: string, hasReduction: boolean): ClassValue {
  return nativeClass({
    name,
    qualifiedName: `einops.layers.torch.${name}`,
    bases: [moduleClass(interpreter)],
    attributes: [
      method(`__init__(self, pattern, ${hasReduction ? 'reduction, ' : ''}**lengths)`, (args, host) => {
        const module = selfModule(args, host)
        beginModule(host, module)
        module.attributes.set('pattern', args.value('pattern'))
        module.attributes.set('reduction', hasReduction ? args.value('reduction') : none)
        module.attributes.set('axes_lengths', tuple([...args.keywords('lengths')].map(([key, value]) => tuple([str(key), value]))))
        return none
      }),
      method('forward(self, input)', (args, host) => {
        const module = selfModule(args, host)
        const lengths = asItems(module.attributes.get('axes_lengths') ?? none) ?? []
        const pairs = lengths.flatMap((pair) =>
          pair.kind === 'tuple' && pair.items[0]?.kind === 'str' && pair.items[1] !== undefined
            ? [[pair.items[0].value, pair.items[1]] as const]
            : [],
        )
        return apply(
          host,
          hasReduction ? 'reduce' : 'rearrange',
          args.value('input'),
          module.attributes.get('pattern') ?? none,
          hasReduction ? (module.attributes.get('reduction') ?? none) : null,
          pairs,
          args.span,
        )
      }),
    ].map((each) => [each.name, each] as const),
  })
}

export const einopsModules: readonly (readonly [string, (interpreter: Interpreter) => ModuleValue])[] = [
  [
    'einops',
    (interpreter) => {
      installTensors(interpreter)
      return nativeModule('einops', functions)
    },
  ],
  ['einops.layers', () => nativeModule('einops.layers', [])],
  [
    'einops.layers.torch',
    (interpreter) =>
      nativeModule('einops.layers.torch', [
        ['Rearrange', layer(interpreter, 'Rearrange', false)],
        ['Reduce', layer(interpreter, 'Reduce', true)],
      ]),
  ],
]
