/** The re module, for texts and patterns that are known. */

import { exceptionClass } from '../builtins'
import { fromArray } from '../builtins/iterate'
import { asInteger, asString, firstUnknown } from '../guards'
import type { Interpreter } from '../host'
import { int, list, none, str, stringDict, tuple } from '../make'
import { type Bound, getter, method, named, native, nativeClass } from '../native'
import type { BuiltinValue, InstanceValue, Value } from '../values'
import { libraryModule } from './module'
import { isBounded, type Pattern, translate } from './regexSyntax'

class Compiled {
  constructor(
    readonly written: string,
    readonly pattern: Pattern,
  ) {}
}

class Found {
  constructor(
    readonly match: RegExpExecArray,
    readonly offset: number,
    readonly text: string,
  ) {}

  group(key: Value): Value | undefined {
    const index = asInteger(key)
    const name = asString(key)
    if (index !== undefined) return index < this.match.length ? text(this.match[index]) : undefined
    const { groups } = this.match
    return name !== undefined && groups !== undefined && name in groups ? text(groups[name]) : undefined
  }
}

function text(value: string | undefined): Value {
  return value === undefined ? none : str(value)
}

function foundOf(value: Value): Found | undefined {
  return value.kind === 'instance' && value.payload instanceof Found ? value.payload : undefined
}

function compiledOf(value: Value): Compiled | undefined {
  return value.kind === 'instance' && value.payload instanceof Compiled ? value.payload : undefined
}

function ofMatch(signature: string, body: (found: Found, args: Bound, interpreter: Interpreter) => Value): [string, Value] {
  const made = method(signature, (args, interpreter) => {
    const found = foundOf(args.value('self'))
    return found === undefined ? args.value('self') : body(found, args, interpreter)
  })
  return [made.name, made]
}

function groupOf(found: Found, key: Value, args: Bound, interpreter: Interpreter): Value {
  return found.group(key) ?? interpreter.raise('IndexError', 'no such group', args.span)
}

const matchClass = nativeClass({
  name: 'Match',
  qualifiedName: 're.Match',
  attributes: [
    ofMatch('group(self, *keys)', (found, args, interpreter) => {
      const keys = args.rest('keys')
      if (keys.length < 2) return groupOf(found, keys[0] ?? int(0), args, interpreter)
      return tuple(keys.map((key) => groupOf(found, key, args, interpreter)))
    }),
    ofMatch('__getitem__(self, key, /)', (found, args, interpreter) => groupOf(found, args.value('key'), args, interpreter)),
    ofMatch('groups(self, default=None)', (found, args) =>
      tuple(found.match.slice(1).map((each) => (each === undefined ? args.value('default') : str(each)))),
    ),
    ofMatch('groupdict(self, default=None)', (found, args) =>
      stringDict(
        Object.entries(found.match.groups ?? {}).map(([name, each]): [string, Value] => [
          name,
          each === undefined ? args.value('default') : str(each),
        ]),
      ),
    ),
    ofMatch('start(self)', (found) => int(found.offset + found.match.index)),
    ofMatch('end(self)', (found) => int(found.offset + found.match.index + found.match[0].length)),
    ofMatch('span(self)', (found) =>
      tuple([int(found.offset + found.match.index), int(found.offset + found.match.index + found.match[0].length)]),
    ),
    ['string', getter('string', (self) => str(foundOf(self)?.text ?? ''))],
  ],
})

/** A pattern given as text or compiled; an Unknown, with the reason, where it is not read. */
function patternOf(value: Value, flags: number, interpreter: Interpreter, args: Bound): Compiled | Extract<Value, { kind: 'unknown' }> {
  const known = compiledOf(value)
  if (known !== undefined) return known
  const written = asString(value)
  if (written === undefined) {
    return firstUnknown([value]) ?? interpreter.raise('TypeError', 'first argument must be string or compiled pattern', args.span)
  }
  const letters = (flags & 2 ? 'i' : '') + (flags & 8 ? 'm' : '') + (flags & 16 ? 's' : '') + (flags & 64 ? 'x' : '')
  const translated = translate(written, letters)
  return typeof translated === 'string' ? interpreter.unknown(translated, args.span) : new Compiled(written, translated)
}

function made(cls: typeof matchClass, payload: unknown): InstanceValue {
  return { kind: 'instance', cls, attributes: new Map(), payload, span: null }
}

function search(pattern: Pattern, subject: string, form: 'match' | 'search' | 'fullmatch'): Value {
  const source = form === 'match' ? `^(?:${pattern.source})` : form === 'fullmatch' ? `^(?:${pattern.source})$` : pattern.source
  // At the start of the text, also where ^ matches at lines.
  const flags = form === 'search' ? pattern.flags : pattern.flags.replace('m', '')
  const match = new RegExp(source, flags).exec(subject)
  return match === null ? none : made(matchClass, new Found(match, 0, subject))
}

function all(pattern: Pattern, subject: string): readonly RegExpExecArray[] {
  return [...subject.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))]
}

/** `\1`, `\g<name>` and escapes of a replacement. */
function expanded(template: string, match: RegExpExecArray): string {
  return template.replace(
    /\\(?:g<(\w+)>|(\d{1,2})|([ntr\\]))/g,
    (_, name: string | undefined, digits: string | undefined, control: string | undefined) => {
      if (control !== undefined) return { n: '\n', t: '\t', r: '\r' }[control] ?? '\\'
      const key = name ?? digits ?? ''
      return (/^\d+$/.test(key) ? match[Number(key)] : match.groups?.[key]) ?? ''
    },
  )
}

function substitute(
  pattern: Pattern,
  subject: string,
  replacement: Value,
  most: number,
  args: Bound,
  interpreter: Interpreter,
): { result: Value; count: number } {
  const template = asString(replacement)
  let [result, last, count] = ['', 0, 0]
  for (const match of all(pattern, subject)) {
    if (most > 0 && count >= most) break
    count += 1
    let piece = template === undefined ? undefined : expanded(template, match)
    if (piece === undefined) {
      const value = interpreter.call(replacement, [made(matchClass, new Found(match, 0, subject))], undefined, args.span)
      piece = asString(value)
      if (piece === undefined)
        return { result: firstUnknown([value]) ?? interpreter.raise('TypeError', 'expected str instance', args.span), count }
    }
    result += subject.slice(last, match.index) + piece
    last = match.index + match[0].length
  }
  return { result: str(result + subject.slice(last)), count }
}

function split(pattern: Pattern, subject: string, most: number): Value {
  const parts: Value[] = []
  let [last, count] = [0, 0]
  for (const match of all(pattern, subject)) {
    if (most > 0 && count >= most) break
    count += 1
    parts.push(str(subject.slice(last, match.index)), ...match.slice(1).map(text))
    last = match.index + match[0].length
  }
  return list([...parts, str(subject.slice(last))])
}

function findAll(pattern: Pattern, subject: string): Value {
  return list(
    all(pattern, subject).map((match) => {
      if (match.length === 1) return str(match[0])
      return match.length === 2 ? str(match[1] ?? '') : tuple(match.slice(1).map((each) => str(each ?? '')))
    }),
  )
}

type Action = (pattern: Pattern, subject: string, args: Bound, interpreter: Interpreter) => Value

interface Operation {
  readonly name: string
  /** Parameters before the text, and after it. */
  readonly before: string
  readonly after: string
  readonly run: Action
}

const operations: readonly Operation[] = [
  ...(['match', 'search', 'fullmatch'] as const).map(
    (name): Operation => ({ name, before: '', after: '', run: (pattern, subject) => search(pattern, subject, name) }),
  ),
  { name: 'findall', before: '', after: '', run: findAll },
  {
    name: 'finditer',
    before: '',
    after: '',
    run: (pattern, subject) =>
      fromArray(
        'callable_iterator',
        all(pattern, subject).map((match) => made(matchClass, new Found(match, 0, subject))),
      ),
  },
  {
    name: 'split',
    before: '',
    after: ', maxsplit=0',
    run: (pattern, subject, args) => split(pattern, subject, asInteger(args.value('maxsplit')) ?? 0),
  },
  {
    name: 'sub',
    before: 'repl, ',
    after: ', count=0',
    run: (pattern, subject, args, interpreter) =>
      substitute(pattern, subject, args.value('repl'), asInteger(args.value('count')) ?? 0, args, interpreter).result,
  },
  {
    name: 'subn',
    before: 'repl, ',
    after: ', count=0',
    run: (pattern, subject, args, interpreter) => {
      const { result, count } = substitute(pattern, subject, args.value('repl'), asInteger(args.value('count')) ?? 0, args, interpreter)
      return tuple([result, int(count)])
    },
  },
]

/** Runs an operation where pattern and text are known and the match is sure to end soon. */
function run(operation: Operation, pattern: Value, flags: number, args: Bound, interpreter: Interpreter): Value {
  const compiled = patternOf(pattern, flags, interpreter, args)
  if (!(compiled instanceof Compiled)) return compiled
  const subject = asString(args.value('string'))
  if (subject === undefined) return args.firstUnknown() ?? interpreter.raise('TypeError', 'expected string or bytes-like object', args.span)
  if (!isBounded(compiled.pattern, subject)) return interpreter.unknown('this text is too long to be matched', args.span)
  return operation.run(compiled.pattern, subject, args, interpreter)
}

const patternClass = nativeClass({
  name: 'Pattern',
  qualifiedName: 're.Pattern',
  attributes: [
    ...named(
      ...operations.map((operation) =>
        method(`${operation.name}(self, ${operation.before}string${operation.after}, pos=0, endpos=0)`, (args, interpreter) =>
          run(operation, args.value('self'), 0, args, interpreter),
        ),
      ),
    ),
    ['pattern', getter('pattern', (self) => str(compiledOf(self)?.written ?? ''))],
  ],
})

const flags: Readonly<Record<string, number>> = {
  A: 256,
  ASCII: 256,
  I: 2,
  IGNORECASE: 2,
  M: 8,
  MULTILINE: 8,
  S: 16,
  DOTALL: 16,
  X: 64,
  VERBOSE: 64,
  U: 32,
  UNICODE: 32,
}

const functions: readonly BuiltinValue[] = [
  ...operations.map((operation) =>
    native(`${operation.name}(pattern, ${operation.before}string${operation.after}, flags=0)`, (args, interpreter) =>
      run(operation, args.value('pattern'), asInteger(args.value('flags')) ?? 0, args, interpreter),
    ),
  ),
  native('compile(pattern, flags=0)', (args, interpreter) => {
    const compiled = patternOf(args.value('pattern'), asInteger(args.value('flags')) ?? 0, interpreter, args)
    return compiled instanceof Compiled ? made(patternClass, compiled) : compiled
  }),
  native('escape(pattern)', (args, interpreter) => {
    const written = args.string('pattern')
    return written === undefined
      ? (args.firstUnknown() ?? interpreter.raise('TypeError', 'expected str', args.span))
      : str(written.replace(/[-\\^$.*+?()[\]{}|#&~\s]/g, '\\$&'))
  }),
  native('purge()', () => none),
]

export const re = libraryModule('re', [
  ...Object.entries(flags).map(([name, value]): [string, Value] => [name, int(value)]),
  ['Pattern', patternClass],
  ['Match', matchClass],
  ['error', nativeClass({ name: 'error', qualifiedName: 're.error', bases: [exceptionClass] })],
  ...named(...functions),
])
