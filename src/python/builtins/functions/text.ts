/** print, repr, format, characters and radixes; and what is not read of the world: files, the keyboard, code in text. */
import { asInteger, asString, firstUnknown, underlying } from '../../guards'
import type { Interpreter } from '../../host'
import { int, none, str } from '../../make'
import { type Bound, native } from '../../native'
import type { BuiltinValue, Value } from '../../values'
import { convert, formatValue } from '../format'

function radix(name: string, prefix: string, base: number): BuiltinValue {
  return native(`${name}(number, /)`, (args, interpreter) => {
    const value = underlying(args.value('number'))
    if (value.kind === 'bool') return str(prefix + Number(value.value))
    if (value.kind !== 'int')
      return (
        args.firstUnknown() ??
        interpreter.raise('TypeError', `'${interpreter.typeOf(value).name}' object cannot be interpreted as an integer`, args.span)
      )
    return str(value.value < 0 ? `-${prefix}${(-value.value).toString(base)}` : prefix + value.value.toString(base))
  })
}

/** A function whose result depends on what is outside of the program. */
function unread(signature: string, reason: string): BuiltinValue {
  return native(signature, (args, interpreter) => interpreter.unknown(reason, args.span))
}

function orUnknown(args: Bound, interpreter: Interpreter, message: string): Value {
  return args.firstUnknown() ?? interpreter.raise('TypeError', message, args.span)
}

export const textFunctions: readonly BuiltinValue[] = [
  native('print(*args, sep=" ", end="", file=None, flush=False, **kwargs)', () => none),
  native('repr(obj, /)', (args, interpreter) => convert(args.value('obj'), 'r', interpreter)),
  native('ascii(obj, /)', (args, interpreter) => convert(args.value('obj'), 'a', interpreter)),
  native('format(value, format_spec="", /)', (args, interpreter) => {
    const spec = asString(args.value('format_spec'))
    return spec === undefined
      ? orUnknown(args, interpreter, 'format() argument 2 must be str')
      : formatValue(args.value('value'), spec, interpreter, args.span)
  }),
  native('chr(i, /)', (args, interpreter) => {
    const point = asInteger(args.value('i'))
    if (point === undefined) return orUnknown(args, interpreter, 'an integer is required')
    return point >= 0 && point < 0x110000
      ? str(String.fromCodePoint(point))
      : interpreter.raise('ValueError', 'chr() arg not in range(0x110000)', args.span)
  }),
  native('ord(c, /)', (args, interpreter) => {
    const text = asString(args.value('c'))
    const point = text?.codePointAt(0)
    return point === undefined || Array.from(text ?? '').length !== 1
      ? orUnknown(args, interpreter, 'ord() expected a character')
      : int(point)
  }),
  radix('bin', '0b', 2),
  radix('oct', '0o', 8),
  radix('hex', '0x', 16),
  native('__import__(name, globals=None, locals=None, fromlist=(), level=0)', (args, interpreter) => {
    const name = asString(args.value('name'))
    if (name === undefined)
      return firstUnknown([args.value('name')]) ?? interpreter.unknown('which module is imported is not known', args.span)
    const leaf = interpreter.importModule(name, args.span)
    const first = name.split('.')[0] ?? name
    const fromList = args.value('fromlist')
    return first === name || (fromList.kind !== 'none' && !(fromList.kind === 'tuple' && fromList.items.length === 0))
      ? leaf
      : interpreter.importModule(first, args.span)
  }),
  unread('open(file, mode="r", *args, **kwargs)', 'files are not opened'),
  unread('input(prompt="", /)', 'what is typed while the program runs is not known'),
  unread('exec(source, *args, **kwargs)', 'code in text is not run'),
  unread('eval(source, *args, **kwargs)', 'code in text is not run'),
  unread('compile(source, *args, **kwargs)', 'code in text is not run'),
  unread('globals()', 'names in scope are not listed'),
  unread('locals()', 'names in scope are not listed'),
  unread('memoryview(obj, /)', 'memory is not looked at'),
  native('breakpoint(*args, **kwargs)', () => none),
  unread('help(*args)', 'help is not shown'),
  native('exit(code=None, /)', (args, interpreter) => interpreter.raise('SystemExit', interpreter.str(args.value('code')), args.span)),
  native('quit(code=None, /)', (args, interpreter) => interpreter.raise('SystemExit', interpreter.str(args.value('code')), args.span)),
]
