/** Helpers of the files that fill in a builtin class. */
import { underlying } from '../guards'
import type { Interpreter } from '../host'
import { notImplemented } from '../make'
import { type Bound, method } from '../native'
import type { ClassValue, Value, ValueKind } from '../values'

/**
 * The builtin value that one is or stands for, without the class of a namedtuple or OrderedDict: asked about it,
 * the interpreter answers by itself and does not come back to the class's methods.
 */
export function bare(value: Value): Value {
  const plain = underlying(value)
  if (plain.kind === 'tuple' && plain.cls !== undefined) return { kind: 'tuple', items: plain.items }
  if (plain.kind === 'dict' && plain.cls !== undefined) return { kind: 'dict', entries: plain.entries }
  return plain
}

export function fill(cls: ClassValue, attributes: Iterable<readonly [string, Value]>): void {
  for (const [name, value] of attributes) cls.attributes.set(name, value)
}

type Of<K extends ValueKind> = Extract<Value, { kind: K }>

function hasKind<K extends ValueKind>(value: Value, kind: K): value is Of<K> {
  return value.kind === kind
}

/** `method` for a builtin class: the body receives the builtin value that self is or stands for; an Unknown self gives itself. */
export function methodOf<K extends ValueKind>(
  kind: K,
  signature: string,
  body: (self: Of<K>, args: Bound, interpreter: Interpreter) => Value,
): [string, Value] {
  const made = method(signature, (args, interpreter) => {
    const self = underlying(args.value('self'))
    if (hasKind(self, kind)) return body(self, args, interpreter)
    if (self.kind === 'unknown') return self
    return interpreter.raise(
      'TypeError',
      `descriptor '${made.name}' requires a '${kind}' object but received a '${interpreter.typeOf(self).name}'`,
      args.span,
    )
  })
  return [made.name, made]
}

/** Text for an attribute name such as `__add__` and its operator. */
type Operators = Readonly<Record<string, string>>

export const arithmetic: Operators = {
  __add__: '+',
  __sub__: '-',
  __mul__: '*',
  __truediv__: '/',
  __floordiv__: '//',
  __mod__: '%',
  __pow__: '**',
}
export const bitwise: Operators = { __and__: '&', __or__: '|', __xor__: '^', __lshift__: '<<', __rshift__: '>>' }
export const ordering: Operators = { __lt__: '<', __le__: '<=', __gt__: '>', __ge__: '>=' }
export const equality: Operators = { __eq__: '==', __ne__: '!=' }

const numeric: ReadonlySet<ValueKind> = new Set(['int', 'float', 'bool', 'complex'])

/** The interpreter asks these only for what it cannot do by itself: a builtin pair of kinds that do not go together is not asked again. */
function goTogether(self: Value, left: Value, right: Value): boolean {
  if (self.kind === 'instance') return true
  return left.kind === right.kind || (numeric.has(left.kind) && numeric.has(right.kind))
}

function delegate(name: string, run: (interpreter: Interpreter, self: Value, other: Value, args: Bound) => Value): [string, Value] {
  return [
    name,
    method(`${name}(self, other, /)`, (args, interpreter) => {
      const [self, other] = [bare(args.value('self')), bare(args.value('other'))]
      return goTogether(args.value('self'), self, other) ? run(interpreter, self, other, args) : notImplemented
    }),
  ]
}

/** Operator methods, for subclasses and explicit calls: each does to the underlying values what the operator does. */
export function binaryMethods(operators: Operators): [string, Value][] {
  return Object.entries(operators).map(([name, operator]) =>
    delegate(name, (interpreter, self, other, args) => interpreter.binary(operator, self, other, args.span)),
  )
}

/** `__radd__` and the like. */
export function reflectedMethods(operators: Operators): [string, Value][] {
  return Object.entries(operators).map(([name, operator]) =>
    delegate(name.replace('__', '__r'), (interpreter, self, other, args) => interpreter.binary(operator, other, self, args.span)),
  )
}

export function comparisonMethods(operators: Operators): [string, Value][] {
  return Object.entries(operators).map(([name, operator]) =>
    delegate(name, (interpreter, self, other, args) => interpreter.compare(operator, self, other, args.span)),
  )
}
