/** The inspect module: what functions take, and what things are. */
import type { ParameterKind } from '../ast'
import { isCallable } from '../builtins'
import type { Interpreter } from '../host'
import { bool, list, none, str, stringDict, tuple } from '../make'
import { lookUp } from '../mro'
import { type Bound, named, native, nativeClass } from '../native'
import type { BuiltinValue, FunctionValue, Value } from '../values'
import { orderedDict } from './collections'
import { frameFunctions } from './frames'
import { partialTarget } from './functools'
import { libraryModule, unread } from './module'

const empty = nativeClass({ name: '_empty', qualifiedName: 'inspect._empty' })

const kindNames: Readonly<Record<ParameterKind, string>> = {
  positionalOnly: 'POSITIONAL_ONLY',
  positional: 'POSITIONAL_OR_KEYWORD',
  star: 'VAR_POSITIONAL',
  keywordOnly: 'KEYWORD_ONLY',
  doubleStar: 'VAR_KEYWORD',
}

const parameterClass = nativeClass({
  name: 'Parameter',
  qualifiedName: 'inspect.Parameter',
  attributes: [['empty', empty], ...Object.values(kindNames).map((name): [string, Value] => [name, str(name)])],
})
const signatureClass = nativeClass({ name: 'Signature', qualifiedName: 'inspect.Signature', attributes: [['empty', empty]] })

interface Callable {
  readonly fn: FunctionValue
  /** Parameters that are given already: self, and those that a partial fills. */
  readonly bound: number
}

/** The user's function behind something callable; undefined for what is ours or not known. */
function functionOf(value: Value, interpreter: Interpreter): Callable | undefined {
  switch (value.kind) {
    case 'function': {
      const wrapped = value.attributes.get('__wrapped__')
      return wrapped !== undefined && wrapped !== value ? functionOf(wrapped, interpreter) : { fn: value, bound: 0 }
    }
    case 'method': {
      const found = functionOf(value.fn, interpreter)
      return found === undefined ? undefined : { fn: found.fn, bound: found.bound + 1 }
    }
    case 'staticMethod':
      return functionOf(value.fn, interpreter)
    case 'class': {
      const found = functionOf(lookUp(value, '__init__') ?? none, interpreter)
      return found === undefined ? undefined : { fn: found.fn, bound: 1 }
    }
    case 'instance': {
      const partial = partialTarget(value)
      const found = functionOf(partial?.fn ?? lookUp(value.cls, '__call__') ?? none, interpreter)
      return found === undefined
        ? undefined
        : { fn: found.fn, bound: found.bound + (partial === undefined ? 1 : partial.positional.length) }
    }
    default:
      return undefined
  }
}

function parameters({ fn, bound }: Callable, interpreter: Interpreter): [string, Value][] {
  const annotations = interpreter.findAttribute(fn, '__annotations__')
  return fn.node.parameters.slice(bound).map((parameter): [string, Value] => {
    const annotation = annotations?.kind === 'dict' ? annotations.entries.get(str(parameter.name)) : undefined
    const made = interpreter.instantiate(parameterClass, null)
    made.attributes.set('name', str(parameter.name))
    made.attributes.set('kind', str(kindNames[parameter.kind]))
    made.attributes.set('default', fn.defaults.get(parameter.name) ?? empty)
    made.attributes.set('annotation', annotation ?? empty)
    return [parameter.name, made]
  })
}

function withFunction(signature: string, body: (callable: Callable, args: Bound, interpreter: Interpreter) => Value): BuiltinValue {
  const made: BuiltinValue = native(signature, (args, interpreter) => {
    const given = args.value('obj')
    const callable = functionOf(given, interpreter)
    if (callable !== undefined) return body(callable, args, interpreter)
    return given.kind === 'unknown' ? given : interpreter.unknown(`the parameters of ${interpreter.repr(given)} are not read`, args.span)
  })
  return made
}

function members(value: Value): readonly (readonly [string, Value])[] | undefined {
  switch (value.kind) {
    case 'module':
      return [...value.attributes]
    case 'class':
      return [...new Map([...value.mro].reverse().flatMap((each) => [...each.attributes]))]
    case 'instance':
      return [...value.attributes]
    default:
      return undefined
  }
}

function test(name: string, holds: (value: Value) => boolean | undefined): BuiltinValue {
  return native(`${name}(object)`, (args, interpreter) => {
    const value = args.value('object')
    const answer = value.kind === 'unknown' ? undefined : holds(value)
    return answer === undefined ? (args.firstUnknown() ?? interpreter.unknown('what this is is not known', args.span)) : bool(answer)
  })
}

const ofKind =
  (kind: Value['kind']) =>
  (value: Value): boolean =>
    value.kind === kind

const functions: readonly BuiltinValue[] = [
  withFunction('signature(obj, **kwargs)', (callable, _, interpreter) => {
    const made = interpreter.instantiate(signatureClass, null)
    const listed = stringDict(parameters(callable, interpreter))
    made.attributes.set('parameters', { ...listed, cls: orderedDict })
    made.attributes.set('return_annotation', empty)
    return made
  }),
  ...['getfullargspec', 'getargspec'].map((name) =>
    withFunction(`${name}(obj)`, ({ fn }, _, interpreter) => {
      const named = (...kinds: readonly ParameterKind[]): Value[] =>
        fn.node.parameters.filter(({ kind }) => kinds.includes(kind)).map((parameter) => str(parameter.name))
      const made = interpreter.instantiate(nativeClass({ name: 'FullArgSpec', qualifiedName: 'inspect.FullArgSpec' }), null)
      made.attributes.set('args', list(named('positionalOnly', 'positional')))
      made.attributes.set('varargs', named('star')[0] ?? none)
      made.attributes.set('varkw', named('doubleStar')[0] ?? none)
      made.attributes.set('kwonlyargs', list(named('keywordOnly')))
      made.attributes.set('defaults', interpreter.findAttribute(fn, '__defaults__') ?? none)
      return made
    }),
  ),
  test('isclass', ofKind('class')),
  test('isfunction', ofKind('function')),
  test('ismethod', ofKind('method')),
  test('ismodule', ofKind('module')),
  test('isbuiltin', ofKind('builtin')),
  test('isroutine', (value) => value.kind === 'function' || value.kind === 'method' || value.kind === 'builtin'),
  test('iscallable', isCallable),
  test('isgenerator', ofKind('iterator')),
  test('isgeneratorfunction', (value) => value.kind === 'function' && value.node.isGenerator),
  test('isabstract', () => false),
  test('iscoroutinefunction', (value) => value.kind === 'function' && value.node.isAsync),
  native('getmro(cls)', (args) => {
    const cls = args.value('cls')
    return cls.kind === 'class' ? tuple([...cls.mro]) : cls
  }),
  native('getmembers(object, predicate=None)', (args, interpreter) => {
    const found = members(args.value('object'))
    const predicate = args.value('predicate')
    if (found === undefined) return args.firstUnknown() ?? interpreter.unknown('the members of this are not listed', args.span)
    const kept = found.filter(
      ([, value]) => predicate.kind === 'none' || interpreter.truth(interpreter.call(predicate, [value], undefined, args.span)) === true,
    )
    const byName = [...kept].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    return list(byName.map(([name, value]) => tuple([str(name), value])))
  }),
  native('getdoc(object)', (args, interpreter) => interpreter.findAttribute(args.value('object'), '__doc__') ?? none),
  native('unwrap(func, **kwargs)', (args, interpreter) => functionOf(args.value('func'), interpreter)?.fn ?? args.value('func')),
  native('cleandoc(doc)', (args) => args.value('doc')),
  ...['getsource', 'getsourcelines', 'getfile', 'getsourcefile', 'stack', 'getmodule', 'getcallargs'].map((name) =>
    unread(`${name}(*args, **kwargs)`, 'a program does not see its own source here'),
  ),
]

export const inspect = libraryModule('inspect', [
  ['Parameter', parameterClass],
  ['Signature', signatureClass],
  ['_empty', empty],
  ...named(...functions, ...frameFunctions),
])
