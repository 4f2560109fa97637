/** The os and os.path modules: text is worked on, the machine is not looked at. */
import { dictClass } from '../builtins'
import { asString, firstUnknown } from '../guards'
import { bool, dict, none, str, tuple } from '../make'
import { type Bound, method, named, native, nativeClass } from '../native'
import type { BuiltinValue, Value } from '../values'
import { ignored, libraryModule, type ModuleFactory, unread } from './module'

const outside = 'the machine that the program runs on is not looked at'

/** Variables that the program sets are known; others are taken as not set where there is a default, and are else not known. */
const environment = nativeClass({
  name: '_Environ',
  qualifiedName: 'os._Environ',
  bases: [dictClass],
  attributes: named(
    method('__missing__(self, key, /)', (args, interpreter) =>
      interpreter.unknown(`the environment variable ${interpreter.repr(args.value('key'))} is not known`, args.span),
    ),
  ),
})

/** Runs with a path's text; a pathlib path gives its own. */
function onPath(signature: string, body: (path: string, args: Bound) => Value): BuiltinValue {
  return native(signature, (args, interpreter) => {
    const given = args.value('path')
    if (given.kind === 'unknown') return given
    const text =
      asString(given) ?? asString(given.kind === 'instance' ? interpreter.call(interpreter.getAttribute(given, '__fspath__'), []) : none)
    return text === undefined
      ? interpreter.raise('TypeError', `expected str, bytes or os.PathLike object, not ${interpreter.typeOf(given).name}`, args.span)
      : body(text, args)
  })
}

export function joinPaths(parts: readonly string[]): string {
  return parts.reduce(
    (path, part) => (part.startsWith('/') || path === '' ? part : path.endsWith('/') ? path + part : `${path}/${part}`),
    '',
  )
}

export function splitExtension(path: string): [string, string] {
  const slash = path.lastIndexOf('/')
  const dot = path.lastIndexOf('.')
  const name = path.slice(slash + 1)
  // Dots that a name starts with begin no extension.
  const leading = /^\.*/.exec(name)?.[0].length ?? 0
  if (dot <= slash || dot < slash + 1 + leading) return [path, '']
  return [path.slice(0, dot), path.slice(dot)]
}

function splitPath(path: string): [string, string] {
  const slash = path.lastIndexOf('/') + 1
  const head = path.slice(0, slash)
  return [/^\/+$/.test(head) ? head : head.replace(/\/+$/, ''), path.slice(slash)]
}

export function normalizePath(path: string): string {
  if (path === '') return '.'
  const absolute = path.startsWith('/')
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (part !== '..' || !absolute) kept.push(part)
  }
  return (absolute ? '/' : '') + kept.join('/') || '.'
}

const pathFunctions: readonly BuiltinValue[] = [
  native('join(path, *paths)', (args, interpreter) => {
    const parts = [args.value('path'), ...args.rest('paths')].map((part) => {
      const own = part.kind === 'instance' ? interpreter.findAttribute(part, '__fspath__') : undefined
      return own === undefined ? part : interpreter.call(own, [])
    })
    const hidden = firstUnknown(parts)
    if (hidden !== undefined) return hidden
    return str(
      joinPaths(
        parts.map(
          (part) =>
            asString(part) ??
            interpreter.raise('TypeError', `expected str, bytes or os.PathLike object, not ${interpreter.typeOf(part).name}`, args.span),
        ),
      ),
    )
  }),
  onPath('basename(path)', (path) => str(splitPath(path)[1])),
  onPath('dirname(path)', (path) => str(splitPath(path)[0])),
  onPath('split(path)', (path) => tuple(splitPath(path).map(str))),
  onPath('splitext(path)', (path) => tuple(splitExtension(path).map(str))),
  onPath('normpath(path)', (path) => str(normalizePath(path))),
  onPath('isabs(path)', (path) => bool(path.startsWith('/'))),
  onPath('normcase(path)', (path) => str(path)),
  ...[
    'exists',
    'isfile',
    'isdir',
    'islink',
    'getsize',
    'getmtime',
    'abspath',
    'realpath',
    'expanduser',
    'expandvars',
    'relpath',
    'commonpath',
    'samefile',
    'lexists',
  ].map((name) => unread(`${name}(*args, **kwargs)`, `\`os.path.${name}\` is not known: ${outside}`)),
]

export const osPath = libraryModule('os.path', [['sep', str('/')], ['pardir', str('..')], ['curdir', str('.')], ...named(...pathFunctions)])

const doing = [
  'makedirs',
  'mkdir',
  'remove',
  'unlink',
  'rename',
  'rmdir',
  'chdir',
  'putenv',
  'system',
  'kill',
  '_exit',
  'umask',
  'chmod',
  'symlink',
  'replace',
  'removedirs',
]
const asking = [
  'getcwd',
  'listdir',
  'scandir',
  'walk',
  'cpu_count',
  'getpid',
  'getuid',
  'getlogin',
  'stat',
  'urandom',
  'popen',
  'sched_getaffinity',
  'uname',
  'access',
  'getppid',
]

export const os: ModuleFactory = (interpreter) => {
  const environ: Value = { ...dict(), cls: environment }
  const module = libraryModule('os', [
    ['environ', environ],
    ['name', str('posix')],
    ['sep', str('/')],
    ['linesep', str('\n')],
    ['pathsep', str(':')],
    ['curdir', str('.')],
    ['pardir', str('..')],
    ...named(
      native(
        'getenv(key, default=None)',
        (args) => (environ.kind === 'dict' ? environ.entries.get(args.value('key')) : undefined) ?? args.value('default'),
      ),
      onPath('fspath(path)', str),
      ...doing.map((name) => ignored(name, none)),
      ...asking.map((name) => unread(`${name}(*args, **kwargs)`, `\`os.${name}\` is not known: ${outside}`)),
    ),
  ])(interpreter)
  module.attributes.set('path', osPath(interpreter))
  return module
}
