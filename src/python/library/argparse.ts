/** The argparse module: nothing is on the command line, so that an argument is its default. */
import { exceptionClass } from '../builtins'
import { asString } from '../guards'
import type { Interpreter } from '../host'
import { bool, list, none, str, tuple } from '../make'
import { type Bound, method, named, native, nativeClass } from '../native'
import type { ClassValue, InstanceValue, Value } from '../values'
import { libraryModule } from './module'

interface Option {
  readonly dest: string
  readonly flags: readonly string[]
  readonly initial: Value
  readonly type: Value
  readonly action: string
  /** What `store_const` and the like store. */
  readonly constant: Value
  readonly arity: Value
  /** Must be on the command line. */
  readonly required: boolean
}

class Parser {
  readonly options: Option[] = []
  readonly defaults = new Map<string, Value>()
}

function parserOf(value: Value): Parser | undefined {
  return value.kind === 'instance' && value.payload instanceof Parser ? value.payload : undefined
}

export const namespaceClass: ClassValue = nativeClass({
  name: 'Namespace',
  qualifiedName: 'argparse.Namespace',
  attributes: named(
    method('__init__(self, /, **kwargs)', (args) => {
      const self = args.value('self')
      if (self.kind === 'instance') for (const [name, value] of args.keywords('kwargs')) self.attributes.set(name, value)
      return none
    }),
    method('__contains__(self, key, /)', (args) => {
      const [self, key] = [args.value('self'), args.string('key')]
      return bool(self.kind === 'instance' && key !== undefined && self.attributes.has(key))
    }),
    method('__repr__(self, /)', (args, interpreter) => {
      const self = args.value('self')
      const shown = self.kind === 'instance' ? Array.from(self.attributes, ([name, value]) => `${name}=${interpreter.repr(value)}`) : []
      return str(`Namespace(${shown.join(', ')})`)
    }),
  ),
})

/** The default that argparse gives an action when none is written. */
function defaultOf(action: string, args: Bound): Value {
  if (args.keywords('kwargs').has('default')) return args.keywords('kwargs').get('default') ?? none
  if (action === 'store_true') return bool(false)
  return action === 'store_false' ? bool(true) : none
}

function addArgument(parser: Parser, args: Bound): void {
  const flags = args.rest('flags').flatMap((flag) => asString(flag) ?? [])
  const keywords = args.keywords('kwargs')
  const written = keywords.get('action') ?? none
  const action = asString(written) ?? (written.kind === 'instance' || written.kind === 'class' ? 'custom' : 'store')
  const optional = flags.some((flag) => flag.startsWith('-'))
  const named = flags.find((flag) => flag.startsWith('--')) ?? flags[0]
  const dest = asString(keywords.get('dest') ?? none) ?? named?.replace(/^-+/, '').replaceAll('-', '_')
  if (dest === undefined || action === 'help' || action === 'version') return
  const arity = keywords.get('nargs') ?? none
  const many = asString(arity)
  const required = optional
    ? keywords.get('required')?.kind === 'bool' && keywords.get('required') === bool(true)
    : many !== '?' && many !== '*'
  const type = keywords.get('type') ?? none
  parser.options.push({
    dest,
    flags,
    initial: defaultOf(action, args),
    type,
    action,
    constant: keywords.get('const') ?? none,
    arity,
    required,
  })
}

/** Only a default that is text goes through `type`, as in argparse. */
function converted(option: Option, value: Value, interpreter: Interpreter, args: Bound): Value {
  if (option.type.kind === 'none' || value.kind !== 'str') return value
  return interpreter.call(option.type, [value], undefined, args.span)
}

function defaults(parser: Parser, interpreter: Interpreter, args: Bound): InstanceValue {
  const space = interpreter.instantiate(namespaceClass, args.span)
  for (const option of parser.options) {
    const { dest, flags, required, arity, initial } = option
    // Two options may share a destination: the first default counts.
    if (space.attributes.has(dest)) continue
    const set = parser.defaults.get(dest)
    if (set !== undefined) space.attributes.set(dest, converted(option, set, interpreter, args))
    else if (required && initial.kind === 'none') {
      space.attributes.set(dest, interpreter.unknown(`\`${flags[0] ?? dest}\` comes from the command line`, args.span))
    } else if (asString(arity) === '*' && initial.kind === 'none' && !flags[0]?.startsWith('-')) space.attributes.set(dest, list())
    else space.attributes.set(dest, converted(option, initial, interpreter, args))
  }
  for (const [name, value] of parser.defaults) if (!space.attributes.has(name)) space.attributes.set(name, value)
  return space
}

function matching(parser: Parser, flag: string): Option | undefined {
  return parser.options.find((option) => option.flags.includes(flag))
}

/** Arguments that the program itself hands to `parse_args`; those that fit no option are left over. */
function parseGiven(parser: Parser, given: readonly string[], space: InstanceValue, interpreter: Interpreter, args: Bound): string[] {
  const left: string[] = []
  const positional = parser.options.filter((option) => !option.flags[0]?.startsWith('-'))
  const queue = given.flatMap((each) =>
    /^--[^=]+=/.test(each) ? [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)] : [each],
  )
  const isFlag = (text: string | undefined): boolean => text === undefined || (/^-/.test(text) && !/^-\d/.test(text))
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const option = isFlag(word) ? matching(parser, word) : positional.shift()
    if (option === undefined) {
      left.push(word)
      continue
    }
    if (!isFlag(word)) queue.unshift(word)
    const take = (): Value => converted(option, str(queue.shift() ?? ''), interpreter, args)
    const many = asString(option.arity) ?? (option.arity.kind === 'int' ? Number(option.arity.value) : undefined)
    let value: Value
    if (option.action === 'store_true' || option.action === 'store_false') value = bool(option.action === 'store_true')
    else if (option.action === 'store_const') value = option.constant
    else if (many === '?') value = isFlag(queue[0]) ? option.constant : take()
    else if (many === undefined) value = take()
    else {
      const items: Value[] = []
      while (!isFlag(queue[0]) && (typeof many === 'string' || items.length < many)) items.push(take())
      value = list(items)
    }
    if (option.action === 'append') {
      const before = space.attributes.get(option.dest)
      value = list([...(before?.kind === 'list' ? before.items : []), value])
    }
    space.attributes.set(option.dest, value)
  }
  return left
}

function parse(args: Bound, interpreter: Interpreter): { space: Value; left: Value } {
  const parser = parserOf(args.value('self'))
  if (parser === undefined) return { space: args.value('self'), left: list() }
  const space = defaults(parser, interpreter, args)
  const given =
    args.value('args').kind === 'none' || args.value('args').kind === 'unknown' ? null : interpreter.items(args.value('args'), args.span)
  const words = given?.flatMap((each) => asString(each) ?? []) ?? []
  const left = parseGiven(parser, words, space, interpreter, args)
  const into = args.value('namespace')
  if (into.kind !== 'instance') return { space, left: list(left.map(str)) }
  for (const [name, value] of space.attributes) if (!into.attributes.has(name)) into.attributes.set(name, value)
  return { space: into, left: list(left.map(str)) }
}

/** Groups and sub-parsers add to the parser that they belong to. */
const sharing: readonly (readonly [string, Value])[] = named(
  method('add_argument(self, /, *flags, **kwargs)', (args) => {
    const parser = parserOf(args.value('self'))
    if (parser !== undefined) addArgument(parser, args)
    return none
  }),
  ...['add_argument_group', 'add_mutually_exclusive_group'].map((name) =>
    method(`${name}(self, /, *args, **kwargs)`, (args) => args.value('self')),
  ),
  method('set_defaults(self, /, **kwargs)', (args) => {
    const parser = parserOf(args.value('self'))
    for (const [name, value] of args.keywords('kwargs')) parser?.defaults.set(name, value)
    return none
  }),
)

function newParser(cls: Value, args: Bound, interpreter: Interpreter): InstanceValue {
  const made = interpreter.instantiate(cls.kind === 'class' ? cls : argumentParser, args.span)
  made.payload = new Parser()
  return made
}

const subparsers: ClassValue = nativeClass({
  name: '_SubParsersAction',
  qualifiedName: 'argparse._SubParsersAction',
  attributes: named(
    // Which command is chosen is not known, so what its parser says does not count.
    method('add_parser(self, name, /, **kwargs)', (args, interpreter) => newParser(argumentParser, args, interpreter)),
  ),
})

const argumentParser: ClassValue = nativeClass({
  name: 'ArgumentParser',
  qualifiedName: 'argparse.ArgumentParser',
  attributes: [
    ...sharing,
    ...named(
      native('__new__(cls, /, *args, **kwargs)', (args, interpreter) => newParser(args.value('cls'), args, interpreter)),
      method('__init__(self, /, *args, **kwargs)', (args, interpreter) => {
        const parser = parserOf(args.value('self'))
        const parents = args.keywords('kwargs').get('parents')
        for (const parent of parents === undefined ? [] : (interpreter.items(parents, args.span) ?? [])) {
          parser?.options.push(...(parserOf(parent)?.options ?? []))
        }
        return none
      }),
      method('parse_args(self, args=None, namespace=None)', (args, interpreter) => parse(args, interpreter).space),
      method('parse_known_args(self, args=None, namespace=None)', (args, interpreter) => {
        const { space, left } = parse(args, interpreter)
        return tuple([space, left])
      }),
      method('get_default(self, dest)', (args) => {
        const parser = parserOf(args.value('self'))
        const dest = args.string('dest') ?? ''
        return parser?.defaults.get(dest) ?? parser?.options.find((option) => option.dest === dest)?.initial ?? none
      }),
      method('add_subparsers(self, /, **kwargs)', (args, interpreter) => {
        const dest = asString(args.keywords('kwargs').get('dest') ?? none)
        const parser = parserOf(args.value('self'))
        if (dest !== undefined) parser?.defaults.set(dest, interpreter.unknown('the command comes from the command line', args.span))
        return interpreter.instantiate(subparsers, args.span)
      }),
      method('error(self, message)', (args, interpreter) => interpreter.raise('SystemExit', args.string('message') ?? '', args.span)),
      ...['print_help', 'print_usage', 'register', 'exit'].map((name) => method(`${name}(self, /, *args, **kwargs)`, () => none)),
      ...['format_help', 'format_usage'].map((name) => method(`${name}(self, /)`, () => str(''))),
    ),
  ],
})

const empty = [
  'HelpFormatter',
  'ArgumentDefaultsHelpFormatter',
  'RawTextHelpFormatter',
  'RawDescriptionHelpFormatter',
  'MetavarTypeHelpFormatter',
  'Action',
  'BooleanOptionalAction',
  'FileType',
]

export const argparse = libraryModule('argparse', [
  ['ArgumentParser', argumentParser],
  ['Namespace', namespaceClass],
  ...empty.map((name): [string, Value] => [name, nativeClass({ name, qualifiedName: `argparse.${name}` })]),
  ...['ArgumentError', 'ArgumentTypeError'].map((name): [string, Value] => [
    name,
    nativeClass({ name, qualifiedName: `argparse.${name}`, bases: [exceptionClass] }),
  ]),
  ['SUPPRESS', str('==SUPPRESS==')],
  ['REMAINDER', str('...')],
  ['OPTIONAL', str('?')],
  ['ZERO_OR_MORE', str('*')],
  ['ONE_OR_MORE', str('+')],
])
