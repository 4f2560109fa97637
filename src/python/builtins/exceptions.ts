/** The exception hierarchy. */
import { none, str, tuple } from '../make'
import { getter, method, named, native, nativeClass } from '../native'
import type { ClassValue, Value } from '../values'

const hierarchy: readonly (readonly [name: string, base: string])[] = [
  ['BaseException', 'object'],
  ['SystemExit', 'BaseException'],
  ['KeyboardInterrupt', 'BaseException'],
  ['GeneratorExit', 'BaseException'],
  ['Exception', 'BaseException'],
  ['StopIteration', 'Exception'],
  ['StopAsyncIteration', 'Exception'],
  ['ArithmeticError', 'Exception'],
  ['FloatingPointError', 'ArithmeticError'],
  ['OverflowError', 'ArithmeticError'],
  ['ZeroDivisionError', 'ArithmeticError'],
  ['AssertionError', 'Exception'],
  ['AttributeError', 'Exception'],
  ['BufferError', 'Exception'],
  ['EOFError', 'Exception'],
  ['ImportError', 'Exception'],
  ['ModuleNotFoundError', 'ImportError'],
  ['LookupError', 'Exception'],
  ['IndexError', 'LookupError'],
  ['KeyError', 'LookupError'],
  ['MemoryError', 'Exception'],
  ['NameError', 'Exception'],
  ['UnboundLocalError', 'NameError'],
  ['OSError', 'Exception'],
  ['BlockingIOError', 'OSError'],
  ['ChildProcessError', 'OSError'],
  ['ConnectionError', 'OSError'],
  ['FileExistsError', 'OSError'],
  ['FileNotFoundError', 'OSError'],
  ['InterruptedError', 'OSError'],
  ['IsADirectoryError', 'OSError'],
  ['NotADirectoryError', 'OSError'],
  ['PermissionError', 'OSError'],
  ['ProcessLookupError', 'OSError'],
  ['TimeoutError', 'OSError'],
  ['ReferenceError', 'Exception'],
  ['RuntimeError', 'Exception'],
  ['NotImplementedError', 'RuntimeError'],
  ['RecursionError', 'RuntimeError'],
  ['SyntaxError', 'Exception'],
  ['IndentationError', 'SyntaxError'],
  ['TabError', 'IndentationError'],
  ['SystemError', 'Exception'],
  ['TypeError', 'Exception'],
  ['ValueError', 'Exception'],
  ['UnicodeError', 'ValueError'],
  ['UnicodeDecodeError', 'UnicodeError'],
  ['UnicodeEncodeError', 'UnicodeError'],
  ['Warning', 'Exception'],
  ['DeprecationWarning', 'Warning'],
  ['PendingDeprecationWarning', 'Warning'],
  ['RuntimeWarning', 'Warning'],
  ['SyntaxWarning', 'Warning'],
  ['UserWarning', 'Warning'],
  ['FutureWarning', 'Warning'],
  ['ImportWarning', 'Warning'],
  ['UnicodeWarning', 'Warning'],
  ['BytesWarning', 'Warning'],
  ['ResourceWarning', 'Warning'],
]

const made = new Map<string, ClassValue>()
for (const [name, base] of hierarchy) {
  const parent = made.get(base)
  made.set(name, nativeClass(parent === undefined ? { name } : { name, bases: [parent] }))
}
const os = made.get('OSError')
if (os !== undefined) made.set('IOError', os).set('EnvironmentError', os)

export const exceptionClass: ClassValue = made.get('Exception') ?? nativeClass({ name: 'Exception' })

/** By name, with the old names of OSError. */
export const exceptions: ReadonlyMap<string, ClassValue> = made

function argumentsOf(exception: Value): readonly Value[] {
  const args = exception.kind === 'instance' ? exception.attributes.get('args') : undefined
  return args?.kind === 'tuple' ? args.items : []
}

for (const [name, value] of named(
  native('__new__(cls, /, *args, **kwargs)', (args, interpreter) => {
    const cls = args.value('cls')
    if (cls.kind !== 'class') return interpreter.unknown('this exception is of an unknown class', args.span)
    const exception = interpreter.instantiate(cls, args.span)
    exception.attributes.set('args', tuple([...args.rest('args')]))
    return exception
  }),
  method('__init__(self, /, *args, **kwargs)', (args) => {
    const self = args.value('self')
    if (self.kind === 'instance') self.attributes.set('args', tuple([...args.rest('args')]))
    return none
  }),
  method('__str__(self, /)', (args, interpreter) => {
    const self = args.value('self')
    const given = argumentsOf(self)
    const [only] = given
    if (only === undefined) return str('')
    if (given.length > 1) return str(interpreter.repr(tuple(given)))
    const key = made.get('KeyError')
    return str(key !== undefined && self.kind === 'instance' && self.cls.mro.includes(key) ? interpreter.repr(only) : interpreter.str(only))
  }),
  method('__repr__(self, /)', (args, interpreter) => {
    const self = args.value('self')
    return str(
      `${interpreter.typeOf(self).name}(${argumentsOf(self)
        .map((each) => interpreter.repr(each))
        .join(', ')})`,
    )
  }),
  method('with_traceback(self, tb, /)', (args) => args.value('self')),
  method('add_note(self, note, /)', () => none),
))
  made.get('BaseException')?.attributes.set(name, value)

for (const name of ['__cause__', '__context__', '__traceback__']) made.get('BaseException')?.attributes.set(name, none)
made.get('StopIteration')?.attributes.set(
  'value',
  getter('value', (self) => argumentsOf(self)[0] ?? none),
)
