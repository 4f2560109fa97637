/** The pathlib module: paths as text; what is on the disk is not known. */
import { asString, firstUnknown } from '../guards'
import type { Interpreter } from '../host'
import { bool, none, str, tuple } from '../make'
import { type Bound, getter, method, named, native, nativeClass } from '../native'
import type { ClassValue, Value } from '../values'
import { libraryModule } from './module'
import { joinPaths, splitExtension } from './os'

class Path {
  constructor(readonly text: string) {}

  get name(): string {
    return this.text.slice(this.text.lastIndexOf('/') + 1)
  }
}

function pathOf(value: Value): string | undefined {
  return value.kind === 'instance' && value.payload instanceof Path ? value.payload.text : asString(value)
}

/** Without doubled slashes, single dots and a slash at the end, as pathlib keeps paths. */
function tidy(text: string): string {
  const absolute = text.startsWith('/')
  const parts = text.split('/').filter((part) => part !== '' && part !== '.')
  return (absolute ? '/' : '') + parts.join('/') || '.'
}

function make(text: string, interpreter: Interpreter, args: Bound, cls: Value = pathClass): Value {
  const made = interpreter.instantiate(cls.kind === 'class' ? cls : pathClass, args.span)
  made.payload = new Path(tidy(text))
  return made
}

function textOf(self: Value): string {
  return pathOf(self) ?? '.'
}

function joined(parts: readonly Value[], args: Bound, interpreter: Interpreter): Value | undefined {
  const hidden = firstUnknown(parts)
  if (hidden !== undefined) return hidden
  const texts = parts.map(
    (part) =>
      pathOf(part) ??
      interpreter.raise('TypeError', `expected str, bytes or os.PathLike object, not ${interpreter.typeOf(part).name}`, args.span),
  )
  return make(joinPaths(texts), interpreter, args)
}

function parentOf(text: string): string {
  const slash = text.lastIndexOf('/')
  if (slash < 0) return '.'
  return slash === 0 ? '/' : text.slice(0, slash)
}

const outside = 'the machine that the program runs on is not looked at'
const asking = [
  'exists',
  'is_file',
  'is_dir',
  'resolve',
  'absolute',
  'expanduser',
  'glob',
  'rglob',
  'iterdir',
  'stat',
  'read_text',
  'read_bytes',
  'open',
  'samefile',
]
const doing = ['mkdir', 'unlink', 'rmdir', 'touch', 'write_text', 'write_bytes', 'rename', 'chmod']

function property(name: string, of: (text: string) => string): [string, Value] {
  return [name, getter(name, (self) => str(of(textOf(self))))]
}

export const pathClass: ClassValue = nativeClass({
  name: 'PosixPath',
  qualifiedName: 'pathlib.PosixPath',
  attributes: [
    ...named(
      native(
        '__new__(cls, *parts, **kwargs)',
        (args, interpreter) => joined(args.rest('parts').length === 0 ? [str('.')] : args.rest('parts'), args, interpreter) ?? none,
      ),
      method('__init__(self, *args, **kwargs)', () => none),
      method(
        '__truediv__(self, other, /)',
        (args, interpreter) => joined([args.value('self'), args.value('other')], args, interpreter) ?? none,
      ),
      method(
        '__rtruediv__(self, other, /)',
        (args, interpreter) => joined([args.value('other'), args.value('self')], args, interpreter) ?? none,
      ),
      method(
        'joinpath(self, *parts)',
        (args, interpreter) => joined([args.value('self'), ...args.rest('parts')], args, interpreter) ?? none,
      ),
      method('__fspath__(self, /)', (args) => str(textOf(args.value('self')))),
      method('__str__(self, /)', (args) => str(textOf(args.value('self')))),
      method('as_posix(self, /)', (args) => str(textOf(args.value('self')))),
      method('__repr__(self, /)', (args, interpreter) => str(`PosixPath(${interpreter.repr(str(textOf(args.value('self'))))})`)),
      method('__eq__(self, other, /)', (args) => {
        const other = args.value('other')
        return bool(other.kind === 'instance' && other.payload instanceof Path && other.payload.text === textOf(args.value('self')))
      }),
      method('is_absolute(self, /)', (args) => bool(textOf(args.value('self')).startsWith('/'))),
      method('with_suffix(self, suffix)', (args, interpreter) =>
        make(splitExtension(textOf(args.value('self')))[0] + (args.string('suffix') ?? ''), interpreter, args),
      ),
      method('with_name(self, name)', (args, interpreter) =>
        make(joinPaths([parentOf(textOf(args.value('self'))), args.string('name') ?? '']), interpreter, args),
      ),
      ...asking.map((name) =>
        method(`${name}(self, *args, **kwargs)`, (args, interpreter) =>
          interpreter.unknown(`\`Path.${name}\` is not known: ${outside}`, args.span),
        ),
      ),
      ...doing.map((name) => method(`${name}(self, *args, **kwargs)`, () => none)),
      ...['cwd', 'home'].map((name) =>
        native(`${name}()`, (args, interpreter) => interpreter.unknown(`\`Path.${name}\` is not known: ${outside}`, args.span)),
      ),
    ),
    property('name', (text) => new Path(text).name),
    property('stem', (text) => splitExtension(new Path(text).name)[0]),
    property('suffix', (text) => splitExtension(new Path(text).name)[1]),
    [
      'parts',
      getter('parts', (self) => {
        const text = textOf(self)
        return tuple([...(text.startsWith('/') ? ['/'] : []), ...text.split('/').filter((part) => part !== '')].map(str))
      }),
    ],
    [
      'parent',
      {
        kind: 'property',
        getter: method('parent(self, /)', (args, interpreter) => make(parentOf(textOf(args.value('self'))), interpreter, args)),
        setter: null,
        cached: false,
      },
    ],
    [
      'parents',
      {
        kind: 'property',
        getter: method('parents(self, /)', (args, interpreter) => {
          const found: Value[] = []
          for (let text = textOf(args.value('self')); parentOf(text) !== text && found.length < 100; text = parentOf(text))
            found.push(make(parentOf(text), interpreter, args))
          return tuple(found)
        }),
        setter: null,
        cached: false,
      },
    ],
  ],
})

export const pathlib = libraryModule(
  'pathlib',
  ['Path', 'PurePath', 'PosixPath', 'PurePosixPath'].map((name): [string, Value] => [name, pathClass]),
)
