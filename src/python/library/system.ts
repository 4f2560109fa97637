/** sys, warnings, logging, time, datetime, random, gc and others that look at the machine or talk to people. */
import { builtinNamespace, rangeClass } from '../builtins'
import type { Interpreter } from '../host'
import { bool, float, int, list, none, str, tuple } from '../make'
import { method, named, native, nativeClass } from '../native'
import type { BuiltinValue, Value } from '../values'
import { ignoringClass } from './ignoring'
import { ignored, libraryModule, type ModuleFactory, passing, unread } from './module'
import { namedtuple } from './namedtuple'
import { simpleNamespace } from './types'

const stream = ignoringClass({
  name: 'TextIO',
  qualifiedName: 'typing.TextIO',
  attributes: named(method('isatty(self, /)', () => bool(false))),
})

function instance(cls: typeof stream): Value {
  return { kind: 'instance', cls, attributes: new Map(), payload: null, span: null }
}

/** What a program puts in place of a module by `sys.modules[name] = object`: asked for what the module itself lacks. */
export function moduleSubstitutes(interpreter: Interpreter): Map<string, Value> {
  return interpreter.state('python.moduleSubstitutes', () => new Map<string, Value>())
}

/** Modules by name: those that were imported, and when asked for by item those that can be. */
const loaded = nativeClass({
  name: 'modules',
  attributes: named(
    method('__getitem__(self, name, /)', (args, interpreter) => {
      const name = args.string('name')
      if (name === undefined) return interpreter.unknown('which module is asked for is not known', args.span)
      return moduleSubstitutes(interpreter).get(name) ?? interpreter.importModule(name, args.span)
    }),
    method('__setitem__(self, name, value, /)', (args, interpreter) => {
      const name = args.string('name')
      if (name !== undefined) moduleSubstitutes(interpreter).set(name, args.value('value'))
      return none
    }),
    method('get(self, name, default=None, /)', (args, interpreter) => {
      const name = args.string('name')
      if (name === undefined) return interpreter.unknown('which module is asked for is not known', args.span)
      return moduleSubstitutes(interpreter).get(name) ?? interpreter.loadedModule(name) ?? args.value('default')
    }),
    method('__contains__(self, name, /)', (args, interpreter) => {
      const name = args.string('name')
      if (name === undefined) return interpreter.unknown('which module is asked for is not known', args.span)
      return bool(moduleSubstitutes(interpreter).has(name) || interpreter.loadedModule(name) !== undefined)
    }),
  ),
})

/** The Python that code is read for: what its `sys.version_info` says. */
const version = [3, 11, 0] as const

export const sys: ModuleFactory = (interpreter) => {
  const info = interpreter.call(namedtuple, [str('version_info'), list(['major', 'minor', 'micro', 'releaselevel', 'serial'].map(str))])
  const limits = { max: Number.MAX_VALUE, min: 2.2250738585072014e-308, epsilon: Number.EPSILON }
  return libraryModule('sys', [
    ['version_info', interpreter.call(info, [...version.map(int), str('final'), int(0)])],
    ['version', str(`${version.join('.')} (main)`)],
    ['platform', str('linux')],
    ['byteorder', str('little')],
    ['maxsize', int(2n ** 63n - 1n)],
    ['maxunicode', int(0x10ffff)],
    ['argv', interpreter.unknown('the command line is not known')],
    ['path', list()],
    ['modules', instance(loaded)],
    ['stdout', instance(stream)],
    ['stderr', instance(stream)],
    ['stdin', interpreter.unknown('what is typed while the program runs is not known')],
    ['float_info', simpleNamespace(Object.entries(limits).map(([name, value]): [string, Value] => [name, float(value)]))],
    ...named(
      native('exit(code=None, /)', (args) => interpreter.raise('SystemExit', interpreter.str(args.value('code')), args.span)),
      ...['setrecursionlimit', 'settrace', 'setprofile', 'set_int_max_str_digits'].map((name) => ignored(name, none)),
      native('intern(string, /)', (args) => args.value('string')),
      native('exc_info()', () => tuple([none, none, none])),
      native('getrecursionlimit()', () => int(1000)),
      unread('getsizeof(*args)', 'sizes in memory are not read'),
    ),
  ])(interpreter)
}

const catching = ignoringClass({ name: 'catch_warnings', qualifiedName: 'warnings.catch_warnings' })

export const warnings = libraryModule('warnings', [
  ['catch_warnings', catching],
  ...named(
    ...['warn', 'warn_explicit', 'filterwarnings', 'simplefilter', 'resetwarnings', 'showwarning'].map((name) => ignored(name, none)),
    passing('deprecated'),
  ),
])

const logger = ignoringClass({
  name: 'Logger',
  qualifiedName: 'logging.Logger',
  attributes: [
    ['level', int(0)],
    ['name', str('root')],
    ['handlers', list()],
    ['propagate', bool(true)],
    ...named(
      method('isEnabledFor(self, level, /)', () => bool(false)),
      method('hasHandlers(self, /)', () => bool(false)),
      method('getEffectiveLevel(self, /)', () => int(30)),
      method('getChild(self, name, /)', (args) => args.value('self')),
    ),
  ],
})
const levels: Readonly<Record<string, number>> = {
  CRITICAL: 50,
  FATAL: 50,
  ERROR: 40,
  WARNING: 30,
  WARN: 30,
  INFO: 20,
  DEBUG: 10,
  NOTSET: 0,
}
const logged = [
  'debug',
  'info',
  'warning',
  'warn',
  'error',
  'exception',
  'critical',
  'fatal',
  'log',
  'basicConfig',
  'disable',
  'captureWarnings',
  'addLevelName',
  'setLoggerClass',
  'shutdown',
]
const parts = ['Formatter', 'StreamHandler', 'FileHandler', 'NullHandler', 'Handler', 'Filter', 'LoggerAdapter', 'LogRecord']

export const logging: ModuleFactory = libraryModule('logging', [
  ...Object.entries(levels).map(([name, level]): [string, Value] => [name, int(level)]),
  ['Logger', logger],
  ['root', instance(logger)],
  ...parts.map((name): [string, Value] => [name, ignoringClass({ name, qualifiedName: `logging.${name}` })]),
  ...named(
    native('getLogger(name=None)', () => instance(logger)),
    native('getLevelName(level)', () => str('INFO')),
    native('getLoggerClass()', () => logger),
    ...logged.map((name) => ignored(name, none)),
  ),
])

function asking(names: readonly string[], reason: string): BuiltinValue[] {
  return names.map((name) => unread(`${name}(*args, **kwargs)`, reason))
}

export const time = libraryModule(
  'time',
  named(
    ignored('sleep', none),
    ...asking(
      [
        'time',
        'time_ns',
        'perf_counter',
        'perf_counter_ns',
        'monotonic',
        'process_time',
        'strftime',
        'localtime',
        'gmtime',
        'ctime',
        'asctime',
        'mktime',
        'strptime',
      ],
      'the time is not known',
    ),
  ),
)

/** A generator's draws are not known; what it would shuffle is known but for the order. */
const drawing = [
  'random',
  'uniform',
  'randint',
  'randrange',
  'choice',
  'choices',
  'sample',
  'gauss',
  'normalvariate',
  'betavariate',
  'expovariate',
  'lognormvariate',
  'triangular',
  'getrandbits',
  'getstate',
  'vonmisesvariate',
  'gammavariate',
  'paretovariate',
  'weibullvariate',
  'randbytes',
]
const unknownDraw = 'what is drawn at random is not known'

function shuffle(value: Value, interpreter: Interpreter): Value {
  const hidden = interpreter.unknown(unknownDraw)
  if (value.kind === 'list') value.items = value.items.map(() => hidden)
  return none
}

const generator = nativeClass({
  name: 'Random',
  qualifiedName: 'random.Random',
  attributes: named(
    method('__init__(self, x=None)', () => none),
    method('seed(self, *args, **kwargs)', () => none),
    method('shuffle(self, x, /)', (args, interpreter) => shuffle(args.value('x'), interpreter)),
    ...drawing.map((name) => method(`${name}(self, *args, **kwargs)`, (args, interpreter) => interpreter.unknown(unknownDraw, args.span))),
  ),
})

export const random = libraryModule('random', [
  ['Random', generator],
  ['SystemRandom', generator],
  ...named(
    ignored('seed', none),
    ignored('setstate', none),
    native('shuffle(x)', (args, interpreter) => shuffle(args.value('x'), interpreter)),
    ...asking(drawing, unknownDraw),
  ),
])

export const gc = libraryModule('gc', named(...['collect', 'enable', 'disable', 'freeze'].map((name) => ignored(name, none))))

/** What `from __future__ import` may name. */
export const future = libraryModule(
  '__future__',
  [
    'annotations',
    'division',
    'print_function',
    'absolute_import',
    'unicode_literals',
    'generator_stop',
    'with_statement',
    'nested_scopes',
    'generators',
  ].map((name): [string, Value] => [name, none]),
)

const iterBuiltin = builtinNamespace().get('iter') ?? none
const lenBuiltin = builtinNamespace().get('len') ?? none

/** Progress bars: the iterable goes through. */
const bar = ignoringClass({
  name: 'tqdm',
  qualifiedName: 'tqdm.tqdm',
  attributes: named(
    native('__new__(cls, iterable=None, /, *args, **kwargs)', (args, interpreter) => {
      const cls = args.value('cls')
      if (cls.kind !== 'class') return cls
      const made = interpreter.instantiate(cls, args.span)
      made.attributes.set('iterable', args.passed('iterable') ? args.value('iterable') : (args.keywords('kwargs').get('iterable') ?? none))
      return made
    }),
    method('__iter__(self, /)', (args, interpreter) => {
      const self = args.value('self')
      const iterable = self.kind === 'instance' ? (self.attributes.get('iterable') ?? none) : self
      return iterable.kind === 'unknown' ? iterable : interpreter.call(iterBuiltin, [iterable], undefined, args.span)
    }),
    method('__len__(self, /)', (args, interpreter) => {
      const self = args.value('self')
      return interpreter.call(
        lenBuiltin,
        [self.kind === 'instance' ? (self.attributes.get('iterable') ?? none) : self],
        undefined,
        args.span,
      )
    }),
  ),
})

export function tqdm(name: string): ModuleFactory {
  const itself = libraryModule(name, [
    ['tqdm', bar],
    ['tqdm_notebook', bar],
    ...named(
      native('trange(*args, **kwargs)', (args, interpreter) =>
        interpreter.call(bar, [interpreter.call(rangeClass, args.rest('args'))], undefined, args.span),
      ),
    ),
  ])
  if (name !== 'tqdm') return itself
  return (interpreter) => {
    const module = itself(interpreter)
    for (const part of ['auto', 'notebook']) module.attributes.set(part, tqdm(`tqdm.${part}`)(interpreter))
    return module
  }
}
