/** The contextlib module. */
import { isInstanceOf, iterate } from '../builtins'
import type { Interpreter } from '../host'
import { PythonError } from '../interpreter/errors'
import { bool, list, none, tuple } from '../make'
import { method, named, native, nativeClass } from '../native'
import type { ClassValue, IteratorValue, Value } from '../values'
import { ignoringClass } from './ignoring'
import { libraryModule } from './module'

class Running {
  constructor(readonly generator: IteratorValue | Extract<Value, { kind: 'unknown' }>) {}
}

function runningOf(value: Value): Running | undefined {
  return value.kind === 'instance' && value.payload instanceof Running ? value.payload : undefined
}

/** Whether a generator ends an exception raised at its `yield`. Another one that it raises instead is thrown on. */
function handles(generator: IteratorValue, exception: Value): boolean {
  if (generator.throw === undefined) return false
  try {
    generator.throw(exception)
    return true
  } catch (error) {
    if (error instanceof PythonError && error.value === exception) return false
    throw error
  }
}

/** A generator with one `yield`, as a manager: what it yields is entered, the rest runs on leaving. */
const generatorManager: ClassValue = nativeClass({
  name: '_GeneratorContextManager',
  qualifiedName: 'contextlib._GeneratorContextManager',
  attributes: named(
    method('__enter__(self, /)', (args, interpreter) => {
      const generator = runningOf(args.value('self'))?.generator
      if (generator?.kind !== 'iterator') return generator ?? args.value('self')
      return generator.next() ?? interpreter.raise('RuntimeError', "generator didn't yield", args.span)
    }),
    method('__exit__(self, type=None, value=None, traceback=None, /)', (args) => {
      const generator = runningOf(args.value('self'))?.generator
      if (generator?.kind !== 'iterator') return bool(false)
      if (args.value('type').kind !== 'none') return bool(handles(generator, args.value('value')))
      generator.next()
      return bool(false)
    }),
    method('__call__(self, fn, /)', (args) => args.value('fn')),
  ),
})

const contextmanager = native('contextmanager(fn, /)', (outer) =>
  method('contextmanager(*args, **kwargs)', (args, interpreter) => {
    const made = interpreter.call(outer.value('fn'), args.rest('args'), args.keywords('kwargs'), args.span)
    const manager = interpreter.instantiate(generatorManager, args.span)
    manager.payload = new Running(iterate(made, interpreter, args.span))
    return manager
  }),
)

const nullcontext = nativeClass({
  name: 'nullcontext',
  qualifiedName: 'contextlib.nullcontext',
  attributes: named(
    method('__init__(self, enter_result=None)', (args) => {
      const self = args.value('self')
      if (self.kind === 'instance') self.attributes.set('enter_result', args.value('enter_result'))
      return none
    }),
    method('__enter__(self, /)', (args, interpreter) => interpreter.getAttribute(args.value('self'), 'enter_result')),
    method('__exit__(self, /, *args)', () => none),
  ),
})

const suppress = nativeClass({
  name: 'suppress',
  qualifiedName: 'contextlib.suppress',
  attributes: named(
    method('__init__(self, *exceptions)', (args) => {
      const self = args.value('self')
      if (self.kind === 'instance') self.attributes.set('exceptions', tuple(args.rest('exceptions')))
      return none
    }),
    method('__enter__(self, /)', () => none),
    method('__exit__(self, type, value, traceback, /)', (args, interpreter) => {
      if (args.value('value').kind === 'none') return bool(false)
      return bool(
        isInstanceOf(args.value('value'), interpreter.getAttribute(args.value('self'), 'exceptions'), interpreter, args.span) === true,
      )
    }),
  ),
})

function leave(manager: Value, interpreter: Interpreter): void {
  const exit = interpreter.findAttribute(manager, '__exit__')
  if (exit !== undefined && exit.kind !== 'unknown') interpreter.call(exit, [none, none, none])
}

const exitStack = nativeClass({
  name: 'ExitStack',
  qualifiedName: 'contextlib.ExitStack',
  attributes: named(
    method('__init__(self)', (args) => {
      const self = args.value('self')
      if (self.kind === 'instance') self.attributes.set('entered', list())
      return none
    }),
    method('enter_context(self, cm, /)', (args, interpreter) => {
      const [self, manager] = [args.value('self'), args.value('cm')]
      if (manager.kind === 'unknown') return manager
      const entered = self.kind === 'instance' ? self.attributes.get('entered') : undefined
      if (entered?.kind === 'list') entered.items.push(manager)
      return interpreter.call(interpreter.getAttribute(manager, '__enter__', args.span), [], undefined, args.span)
    }),
    method('callback(self, fn, /, *args, **kwargs)', (args) => args.value('fn')),
    method('push(self, exit, /)', (args) => args.value('exit')),
    method('close(self, /)', () => none),
    method('__enter__(self, /)', (args) => args.value('self')),
    method('__exit__(self, /, *args)', (args, interpreter) => {
      const self = args.value('self')
      const entered = self.kind === 'instance' ? self.attributes.get('entered') : undefined
      if (entered?.kind === 'list') for (const manager of [...entered.items].reverse()) leave(manager, interpreter)
      return none
    }),
  ),
})

const base = nativeClass({
  name: 'AbstractContextManager',
  qualifiedName: 'contextlib.AbstractContextManager',
  attributes: named(
    method('__enter__(self, /)', (args) => args.value('self')),
    method('__exit__(self, /, *args)', () => none),
  ),
})

const decorator = nativeClass({
  name: 'ContextDecorator',
  qualifiedName: 'contextlib.ContextDecorator',
  attributes: named(method('__call__(self, fn, /)', (args) => args.value('fn'))),
})

const redirecting = ['redirect_stdout', 'redirect_stderr', 'closing', 'aclosing', 'chdir']

export const contextlib = libraryModule('contextlib', [
  ['nullcontext', nullcontext],
  ['suppress', suppress],
  ['ExitStack', exitStack],
  ['AsyncExitStack', exitStack],
  ['AbstractContextManager', base],
  ['AbstractAsyncContextManager', base],
  ['ContextDecorator', decorator],
  ...redirecting.map((name): [string, Value] => [name, ignoringClass({ name, qualifiedName: `contextlib.${name}` })]),
  ['contextmanager', contextmanager],
  ['asynccontextmanager', contextmanager],
])
