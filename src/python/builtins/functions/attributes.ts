/** getattr, hasattr, setattr, delattr, vars, dir, callable, id. */
import { identity } from '../../dict'
import type { Interpreter } from '../../host'
import { bool, int, list, none, str, stringDict } from '../../make'
import { lookUp } from '../../mro'
import { type Bound, native } from '../../native'
import type { BuiltinValue, UnknownValue, Value } from '../../values'
import { typeOf } from '../typeOf'

/** The base of an object's class that is not read, if it has one. */
function unreadBase(value: Value): UnknownValue | undefined {
  const cls = value.kind === 'instance' ? value.cls : value.kind === 'class' ? value : undefined
  return cls?.mro.find((each) => each.unknownBase !== null)?.unknownBase ?? undefined
}

function nameOf(args: Bound, interpreter: Interpreter): string | UnknownValue {
  return args.string('name') ?? args.firstUnknown() ?? interpreter.raise('TypeError', 'attribute name must be string', args.span)
}

const getattr = native('getattr(object, name, default=None, /)', (args, interpreter) => {
  const name = nameOf(args, interpreter)
  if (typeof name !== 'string') return name
  if (!args.passed('default')) return interpreter.getAttribute(args.value('object'), name, args.span)
  return interpreter.findAttribute(args.value('object'), name, args.span) ?? args.value('default')
})

const hasattr = native('hasattr(object, name, /)', (args, interpreter) => {
  const object = args.value('object')
  const name = nameOf(args, interpreter)
  if (typeof name !== 'string') return name
  if (object.kind === 'unknown') return object
  const found = interpreter.findAttribute(object, name, args.span)
  if (found?.kind !== 'unknown') return bool(found !== undefined)
  const base = unreadBase(object)
  const owned = object.kind === 'instance' && object.attributes.has(name)
  return base === undefined || owned || lookUp(typeOf(object), name) !== undefined ? bool(true) : base
})

const setattr = native('setattr(object, name, value, /)', (args, interpreter) => {
  const name = nameOf(args, interpreter)
  if (typeof name === 'string') interpreter.setAttribute(args.value('object'), name, args.value('value'), args.span)
  else interpreter.note({ kind: 'unread', message: `an attribute is set whose name is not known: ${name.reason}`, span: args.span })
  return none
})

const delattr = native('delattr(object, name, /)', (args, interpreter) => {
  const object = args.value('object')
  const name = nameOf(args, interpreter)
  if (typeof name !== 'string') return none
  const own = interpreter.findAttribute(object, '__delattr__', args.span)
  if (own !== undefined && own.kind !== 'unknown') interpreter.call(own, [str(name)], undefined, args.span)
  else if (object.kind === 'instance' || object.kind === 'class' || object.kind === 'function') object.attributes.delete(name)
  return none
})

const vars = native('vars(object=None, /)', (args, interpreter) => {
  const object = args.value('object')
  switch (object.kind) {
    case 'unknown':
      return object
    case 'instance':
    case 'class':
    case 'module':
    case 'function':
      return stringDict(object.attributes)
    default:
      return interpreter.unknown('local variables are not listed', args.span)
  }
})

const dir = native('dir(object=None, /)', (args, interpreter) => {
  const object = args.value('object')
  if (object.kind === 'unknown') return object
  if (!args.passed('object')) return interpreter.unknown('names in scope are not listed', args.span)
  const names = new Set<string>()
  if (object.kind === 'instance' || object.kind === 'class' || object.kind === 'module' || object.kind === 'function') {
    for (const name of object.attributes.keys()) names.add(name)
  }
  const cls = object.kind === 'class' ? object : typeOf(object)
  for (const each of cls.mro) for (const name of each.attributes.keys()) names.add(name)
  return list([...names].sort().map(str))
})

/** Whether a value can be called; undefined when that is not known. */
export function isCallable(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'function':
    case 'method':
    case 'builtin':
    case 'class':
    case 'staticMethod':
      return true
    case 'unknown':
      return undefined
    case 'instance':
      if (lookUp(value.cls, '__call__') !== undefined) return true
      return unreadBase(value) === undefined ? false : undefined
    default:
      return false
  }
}

const callable = native('callable(obj, /)', (args, interpreter) => {
  const answer = isCallable(args.value('obj'))
  return answer === undefined
    ? (args.firstUnknown() ?? interpreter.unknown('whether this can be called is not known', args.span))
    : bool(answer)
})

const id = native('id(obj, /)', (args) => int(0x7f0000000000 + identity(args.value('obj')) * 16))

export const attributeFunctions: readonly BuiltinValue[] = [getattr, hasattr, setattr, delattr, vars, dir, callable, id]
