/** Gives `torch.Tensor` and `nn.Parameter` their attributes, once for each interpreter. */

import type { Interpreter } from '../../../python/host'
import { bool, none } from '../../../python/make'
import { method, native } from '../../../python/native'
import type { ClassValue, Value } from '../../../python/values'
import { builtins } from '../functions'
import { uninitialized } from '../functions/create'
import { initMethods } from '../init/functions'
import { isTensor } from '../tensor'
import { tensorClasses } from './classes'
import { deepCopyMethod } from './copies'
import { drawnTensor, rewrapTensor } from './make'
import { methods } from './methods'
import { operators } from './operators'
import { parameterFrom } from './parameter'
import { properties } from './properties'

const tensorAttributes: readonly (readonly [string, Value])[] = [
  ...builtins.method,
  ...initMethods,
  ...methods,
  ...operators.map((each) => [each.name, each] as const),
  ...properties,
  ['__deepcopy__', deepCopyMethod],
  ['__torch_function__', none],
]

/** `torch.Tensor(2, 3)` is uninitialized memory of that shape, `torch.Tensor([1, 2])` those numbers. */
const newTensor = native('Tensor(cls, *args, **kwargs)', (args, interpreter) => {
  const values = args.rest('args')
  const [only] = values
  const at = { interpreter, span: args.span }
  if (only === undefined) return drawnTensor(at, [0], uninitialized, 'empty')
  if (values.length === 1 && only.kind !== 'int')
    return interpreter.callWith(builtins.torch.get('tensor') ?? none, {
      positional: [only],
      keyword: new Map([['dtype', floatType(interpreter)]]),
      span: args.span,
    })
  return interpreter.callWith(builtins.torch.get('empty') ?? none, { positional: values, keyword: new Map(), span: args.span })
})

function floatType(interpreter: Interpreter): Value {
  return interpreter.getAttribute(interpreter.importModule('torch'), 'float32')
}

/** `nn.Parameter(data)`, also of a class of the user's below it. */
const newParameter = native('Parameter(cls, data=None, requires_grad=True, **kwargs)', (args, interpreter) => {
  const cls = args.value('cls')
  const data = args.value('data')
  const at = { interpreter, span: args.span }
  if (data.kind === 'unknown') return data
  const tensor = isTensor(data) ? data : drawnTensor(at, [0], uninitialized, 'empty')
  if (data.kind !== 'none' && !isTensor(data))
    return interpreter.raise('TypeError', `cannot create 'Parameter' from '${interpreter.typeOf(data).name}'`, args.span)
  const made = parameterFrom(at, tensor, args.boolean('requires_grad') ?? true)
  return cls.kind === 'class' ? rewrapTensor(made, made.payload, cls) : made
})

const initializeNothing = method('__init__(self, *args, **kwargs)', () => none)

function fill(cls: ClassValue, attributes: Iterable<readonly [string, Value]>): void {
  for (const [name, value] of attributes) if (!cls.attributes.has(name)) cls.attributes.set(name, value)
}

export function installTensors(interpreter: Interpreter): void {
  interpreter.state('torch.tensorsInstalled', () => {
    const { tensor, parameter, buffer } = tensorClasses(interpreter)
    fill(tensor, tensorAttributes)
    fill(tensor, [
      ['__new__', { kind: 'staticMethod', fn: newTensor }],
      ['__init__', initializeNothing],
    ])
    fill(parameter, [
      ['__new__', { kind: 'staticMethod', fn: newParameter }],
      ['_is_param', bool(true)],
    ])
    fill(buffer, [
      ['__new__', { kind: 'staticMethod', fn: native('Buffer(cls, data=None, persistent=True)', (args) => args.value('data')) }],
    ])
    return true
  })
}
