/** `repr` and `str` of values. The interpreter's own `repr` and `str` are these. */

import { identity } from '../dict'
import { underlying } from '../guards'
import type { Interpreter } from '../host'
import { lookUp } from '../mro'
import type { Value } from '../values'
import { dictClass, objectClass } from './classes'
import { floatRepr } from './floatText'
import { strRepr } from './strRepr'
import { typeOf } from './typeOf'

const deepest = 100
/** Values written in all; what is beyond is an ellipsis. */
const most = 20_000

class Writing {
  /** Containers being written: one within itself is an ellipsis. */
  readonly open = new Set<Value>()
  count = 0
}

function address(value: Value): string {
  return `0x${(0x7f0000000000 + identity(value) * 16).toString(16)}`
}

function complexRepr(real: number, imaginary: number): string {
  const part = (value: number): string => floatRepr(value).replace(/\.0$/, '')
  if (real === 0) return `${part(imaginary)}j`
  return `(${part(real)}${imaginary < 0 ? '' : '+'}${part(imaginary)}j)`
}

/** What a class's own `__repr__` or `__str__` says; undefined when it has none or does not give a str. */
function said(value: Value, name: string, interpreter: Interpreter): string | undefined {
  const found = lookUp(typeOf(value), name)
  if (found === undefined || found === objectClass.attributes.get(name)) return undefined
  const text = underlying(interpreter.call(found, [value]))
  if (text.kind === 'str') return text.value
  return text.kind === 'unknown' ? `<${text.reason}>` : undefined
}

function write(value: Value, interpreter: Interpreter, writing: Writing): string {
  writing.count += 1
  if (writing.open.size > deepest || writing.count > most) return '...'
  if (value.kind !== 'list' && value.kind !== 'tuple' && value.kind !== 'dict') return writeOne(value, interpreter, writing)
  const brackets = { list: '[...]', tuple: '(...)', dict: '{...}' }
  if (writing.open.has(value)) return brackets[value.kind]
  writing.open.add(value)
  const text = writeOne(value, interpreter, writing)
  writing.open.delete(value)
  return text
}

function writeOne(value: Value, interpreter: Interpreter, writing: Writing): string {
  const inner = (item: Value): string => write(item, interpreter, writing)
  switch (value.kind) {
    case 'none':
      return 'None'
    case 'bool':
      return value.value ? 'True' : 'False'
    case 'int':
      return value.value.toString()
    case 'float':
      return floatRepr(value.value)
    case 'complex':
      return complexRepr(value.real, value.imaginary)
    case 'str':
      return strRepr(value.value)
    case 'bytes':
      return `b${strRepr(value.value)}`
    case 'ellipsis':
      return 'Ellipsis'
    case 'notImplemented':
      return 'NotImplemented'
    case 'list':
      return `[${value.items.map(inner).join(', ')}]`
    case 'tuple':
      if (value.cls !== undefined) {
        const own = said(value, '__repr__', interpreter)
        if (own !== undefined) return own
      }
      return value.items.length === 1 ? `(${inner(value.items[0] as Value)},)` : `(${value.items.map(inner).join(', ')})`
    case 'dict': {
      const body = `{${Array.from(value.entries.entries(), ([key, item]) => `${inner(key)}: ${inner(item)}`).join(', ')}}`
      if (value.cls === undefined || value.cls === dictClass) return body
      if (value.defaultFactory !== undefined) return `${value.cls.name}(${inner(value.defaultFactory)}, ${body})`
      return `${value.cls.name}(${value.entries.size === 0 ? '' : body})`
    }
    case 'set': {
      const body = Array.from(value.entries.keys(), inner).join(', ')
      if (value.frozen) return body === '' ? 'frozenset()' : `frozenset({${body}})`
      return body === '' ? 'set()' : `{${body}}`
    }
    case 'slice':
      return `slice(${inner(value.start)}, ${inner(value.stop)}, ${inner(value.step)})`
    case 'range':
      return `range(${value.start}, ${value.stop}${value.step === 1 ? '' : `, ${value.step}`})`
    case 'iterator':
      return `<${value.name} object at ${address(value)}>`
    case 'function':
      return `<function ${value.qualifiedName} at ${address(value)}>`
    case 'method':
      return `<bound method ${inner(value.fn)} of ${inner(value.self)}>`
    case 'builtin':
      return `<built-in function ${value.name}>`
    case 'class':
      return said(value, '__repr__', interpreter) ?? `<class '${value.qualifiedName}'>`
    case 'instance':
      return said(value, '__repr__', interpreter) ?? `<${value.cls.qualifiedName} object at ${address(value)}>`
    case 'module':
      return `<module '${value.name}'>`
    case 'property':
    case 'staticMethod':
    case 'classMethod':
    case 'super':
      return `<${typeOf(value).name} object at ${address(value)}>`
    case 'unknown':
      return `<${value.reason}>`
    default: {
      const never: never = value
      return never
    }
  }
}

/** `repr(value)`. An Unknown inside shows its reason in angle brackets: check for one before the text is relied on. */
export function reprOf(value: Value, interpreter: Interpreter): string {
  return write(value, interpreter, new Writing())
}

/** `str(value)`. */
export function strOf(value: Value, interpreter: Interpreter): string {
  if (value.kind === 'str') return value.value
  if (value.kind === 'instance') {
    const own = said(value, '__str__', interpreter)
    if (own !== undefined) return own
  }
  return write(value, interpreter, new Writing())
}
