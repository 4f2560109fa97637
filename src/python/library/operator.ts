/** The operator module. */

import { builtinNamespace } from '../builtins'
import { asString, firstUnknown } from '../guards'
import { bool, none, tuple } from '../make'
import { native } from '../native'
import type { BuiltinValue, Value } from '../values'
import { libraryModule, named } from './module'

const binary: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  truediv: '/',
  floordiv: '//',
  mod: '%',
  pow: '**',
  matmul: '@',
  and_: '&',
  or_: '|',
  xor: '^',
  lshift: '<<',
  rshift: '>>',
  concat: '+',
  iadd: '+',
  isub: '-',
  imul: '*',
  itruediv: '/',
}
const comparing: Readonly<Record<string, string>> = {
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  is_: 'is',
  is_not: 'is not',
}
const unary: Readonly<Record<string, string>> = { neg: '-', pos: '+', invert: '~', inv: '~', not_: 'not' }

function entries(table: Readonly<Record<string, string>>, make: (name: string, operator: string) => BuiltinValue): [string, Value][] {
  return Object.entries(table).map(([name, operator]) => [name, make(name, operator)])
}

const itemgetter = native('itemgetter(*items)', (outer) =>
  native('itemgetter(obj, /)', (args, interpreter) => {
    const found = outer.rest('items').map((key) => interpreter.getItem(args.value('obj'), key, args.span))
    return found.length === 1 ? (found[0] as Value) : tuple(found)
  }),
)

const attrgetter = native('attrgetter(*attrs)', (outer) =>
  native('attrgetter(obj, /)', (args, interpreter) => {
    const found = outer.rest('attrs').map((path): Value => {
      const text = asString(path)
      if (text === undefined) return firstUnknown([path]) ?? interpreter.raise('TypeError', 'attribute name must be a string', args.span)
      return text.split('.').reduce((object, name) => interpreter.getAttribute(object, name, args.span), args.value('obj'))
    })
    return found.length === 1 ? (found[0] as Value) : tuple(found)
  }),
)

const methodcaller = native('methodcaller(name, /, *args, **kwargs)', (outer) =>
  native('methodcaller(obj, /)', (args, interpreter) => {
    const name = outer.string('name')
    if (name === undefined) return outer.firstUnknown() ?? interpreter.raise('TypeError', 'method name must be a string', args.span)
    return interpreter.call(
      interpreter.getAttribute(args.value('obj'), name, args.span),
      outer.rest('args'),
      outer.keywords('kwargs'),
      args.span,
    )
  }),
)

export const operator = libraryModule('operator', [
  ...entries(binary, (name, symbol) =>
    native(`${name}(a, b, /)`, (args, interpreter) => interpreter.binary(symbol, args.value('a'), args.value('b'), args.span)),
  ),
  ...entries(comparing, (name, symbol) =>
    native(`${name}(a, b, /)`, (args, interpreter) => interpreter.compare(symbol, args.value('a'), args.value('b'), args.span)),
  ),
  ...entries(unary, (name, symbol) =>
    native(`${name}(a, /)`, (args, interpreter) => interpreter.unary(symbol, args.value('a'), args.span)),
  ),
  ['abs', builtinNamespace().get('abs') ?? none],
  ...named(
    native('truth(a, /)', (args, interpreter) => {
      const truth = interpreter.truth(args.value('a'), args.span)
      return truth === undefined
        ? (args.firstUnknown() ?? interpreter.unknown('whether this is true is not known', args.span))
        : bool(truth)
    }),
    native('index(a, /)', (args, interpreter) =>
      args.value('a').kind === 'int'
        ? args.value('a')
        : interpreter.call(interpreter.getAttribute(args.value('a'), '__index__', args.span), [], undefined, args.span),
    ),
    native('getitem(a, b, /)', (args, interpreter) => interpreter.getItem(args.value('a'), args.value('b'), args.span)),
    native('setitem(a, b, c, /)', (args, interpreter) => {
      interpreter.setItem(args.value('a'), args.value('b'), args.value('c'), args.span)
      return none
    }),
    native('contains(a, b, /)', (args, interpreter) => interpreter.compare('in', args.value('b'), args.value('a'), args.span)),
    itemgetter,
    attrgetter,
    methodcaller,
  ),
])
