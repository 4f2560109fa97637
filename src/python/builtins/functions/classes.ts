/** isinstance and issubclass. */
import type { Span } from '../../../graph'
import type { Interpreter } from '../../host'
import { bool } from '../../make'
import { isSubclass, lookUp } from '../../mro'
import { native } from '../../native'
import type { BuiltinValue, Value } from '../../values'
import { noneClass, typeClass } from '../classes'
import { metaclassOf } from '../typeOf'
import { membersOf } from '../union'

/** The classes that the second argument names, unions and tuples taken apart; null among them: one that is not known. */
function named(value: Value): (Value | null)[] {
  if (value.kind === 'tuple') return value.items.flatMap(named)
  const members = membersOf(value)
  if (members !== undefined) return members.flatMap(named)
  if (value.kind === 'none') return [noneClass]
  return [value.kind === 'class' ? value : null]
}

type Test = (cls: Extract<Value, { kind: 'class' }>) => boolean | undefined

function any(classes: readonly (Value | null)[], test: Test): boolean | undefined {
  let undecided = false
  for (const cls of classes) {
    const answer = cls?.kind === 'class' ? test(cls) : undefined
    if (answer === true) return true
    undecided ||= answer === undefined
  }
  return undecided ? undefined : false
}

/** A metaclass's, or an abstract class's own, `__instancecheck__` or `__subclasscheck__`. */
function ownCheck(cls: Extract<Value, { kind: 'class' }>, name: string): Value | undefined {
  const found = lookUp(metaclassOf(cls), name)
  return found === typeClass.attributes.get(name) ? undefined : found
}

/** `isinstance(value, classes)`; undefined when not known. */
export function isInstanceOf(value: Value, classes: Value, interpreter: Interpreter, span: Span | null): boolean | undefined {
  return any(named(classes), (cls) => {
    const own = ownCheck(cls, '__instancecheck__')
    if (own === undefined) return interpreter.isInstance(value, cls)
    return interpreter.truth(interpreter.call(own, [cls, value], undefined, span), span)
  })
}

const isinstance = native('isinstance(obj, class_or_tuple, /)', (args, interpreter) => {
  const answer = isInstanceOf(args.value('obj'), args.value('class_or_tuple'), interpreter, args.span)
  return answer === undefined
    ? (args.firstUnknown() ?? interpreter.unknown('whether this is an instance is not known', args.span))
    : bool(answer)
})

const issubclass = native('issubclass(cls, class_or_tuple, /)', (args, interpreter) => {
  const cls = args.value('cls')
  if (cls.kind === 'unknown') return cls
  if (cls.kind !== 'class') return interpreter.raise('TypeError', 'issubclass() arg 1 must be a class', args.span)
  const answer = any(named(args.value('class_or_tuple')), (of) => {
    const own = ownCheck(of, '__subclasscheck__')
    if (own !== undefined) return interpreter.truth(interpreter.call(own, [of, cls], undefined, args.span), args.span)
    return isSubclass(cls, of) || (cls.mro.some((each) => each.unknownBase !== null) ? undefined : false)
  })
  return answer === undefined
    ? (args.firstUnknown() ?? interpreter.unknown('whether this is a subclass is not known', args.span))
    : bool(answer)
})

export const classFunctions: readonly BuiltinValue[] = [isinstance, issubclass]
