/** The names that every file has. */
import type { Span } from '../../graph'
import type { Evaluator } from '../interpreter/evaluator'
import type { Scope } from '../interpreter/scope'
import { toText } from '../interpreter/text'
import { type FunctionValue, isUnknown, native, type ObjectValue, objectOf, Unknown, type Value } from '../values'
import { arrayClass } from './arrays'
import { collectionClasses } from './collections'
import { objectClass } from './objects'
import { promiseClass } from './promises'

const numeric = (name: string, body: (...numbers: number[]) => number): Value =>
  native(name, (args) => args.find(isUnknown) ?? body(...args.map(Number)))

function math(): ObjectValue {
  const functions = [
    'abs',
    'ceil',
    'floor',
    'round',
    'trunc',
    'sqrt',
    'cbrt',
    'exp',
    'log',
    'log2',
    'log10',
    'sin',
    'cos',
    'tan',
    'tanh',
    'sign',
  ] as const
  const members: Record<string, Value> = {
    PI: Math.PI,
    E: Math.E,
    LN2: Math.LN2,
    SQRT2: Math.SQRT2,
    max: numeric('max', Math.max),
    min: numeric('min', Math.min),
    pow: numeric('pow', (base, exponent) => base ** exponent),
    hypot: numeric('hypot', Math.hypot),
    random: native('random', (_, { span }) => new Unknown('Math.random() is drawn when the program runs', span)),
  }
  for (const name of functions) members[name] = numeric(name, (value) => Math[name](value))
  return objectOf(members)
}

function withMembers(made: FunctionValue, members: Readonly<Record<string, Value>>): FunctionValue {
  for (const [name, value] of Object.entries(members)) made.properties.set(name, { value, span: null })
  return made
}

function numbers(): Readonly<Record<string, Value>> {
  const parseInteger = native('parseInt', ([text, radix]) =>
    isUnknown(text) ? text : Number.parseInt(toText(text), radix === undefined ? 10 : Number(radix)),
  )
  const parseNumber = native('parseFloat', ([text]) => (isUnknown(text) ? text : Number.parseFloat(toText(text))))
  const isInteger = native('isInteger', ([value]) => (isUnknown(value) ? value : Number.isInteger(value)))
  const isNotNumber = native('isNaN', ([value]) => (isUnknown(value) ? value : Number.isNaN(Number(value))))
  const isFiniteNumber = native('isFinite', ([value]) => (isUnknown(value) ? value : Number.isFinite(Number(value))))
  const convert = native('Number', ([value]) =>
    isUnknown(value) ? value : Number(typeof value === 'object' && value !== null ? toText(value) : value),
  )
  return {
    parseInt: parseInteger,
    parseFloat: parseNumber,
    isNaN: isNotNumber,
    isFinite: isFiniteNumber,
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
    Number: withMembers(convert, {
      parseInt: parseInteger,
      parseFloat: parseNumber,
      isInteger,
      isNaN: isNotNumber,
      isFinite: isFiniteNumber,
      MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
      EPSILON: Number.EPSILON,
    }),
  }
}

function errors(): Readonly<Record<string, Value>> {
  const make = (name: string): FunctionValue =>
    native(name, ([message]) => objectOf({ name, message: message === undefined ? '' : message }))
  return Object.fromEntries(['Error', 'TypeError', 'RangeError', 'EvalError', 'SyntaxError'].map((name) => [name, make(name)]))
}

/** Output and timers, of which a model's making has nothing. */
function effects(run: Evaluator): Readonly<Record<string, Value>> {
  const nothing = (name: string): FunctionValue => native(name, () => undefined)
  const later = (name: string): FunctionValue =>
    native(name, ([fn], { span }) => (fn === undefined ? undefined : run.call(fn, undefined, [], span)))
  const silent = ['log', 'warn', 'error', 'info', 'debug', 'table', 'time', 'timeEnd', 'assert', 'group', 'groupEnd']
  return {
    console: objectOf(Object.fromEntries(silent.map((name) => [name, nothing(name)]))),
    setTimeout: later('setTimeout'),
    queueMicrotask: later('queueMicrotask'),
    requestAnimationFrame: nothing('requestAnimationFrame'),
    setInterval: nothing('setInterval'),
    clearTimeout: nothing('clearTimeout'),
    clearInterval: nothing('clearInterval'),
  }
}

export function declareGlobals(run: Evaluator, scope: Scope): void {
  const text = withMembers(
    native('String', ([value]) => (isUnknown(value) ? value : toText(value === undefined ? '' : value))),
    {
      fromCharCode: native('fromCharCode', (args) => String.fromCharCode(...args.map(Number))),
    },
  )
  const typed = Object.fromEntries(
    [
      'Float32Array',
      'Float64Array',
      'Int32Array',
      'Uint8Array',
      'Uint8ClampedArray',
      'Int8Array',
      'Uint16Array',
      'Int16Array',
      'Uint32Array',
    ].map((name) => [name, native(name, (args, { span }) => filled(run, args, span))]),
  )
  const all: Readonly<Record<string, Value>> = {
    Array: arrayClass(run),
    Object: objectClass(),
    Promise: promiseClass(run),
    ...collectionClasses(run),
    Math: math(),
    ...numbers(),
    ...errors(),
    ...effects(run),
    String: text,
    Boolean: native('Boolean', ([value]) => (isUnknown(value) ? value : Boolean(value))),
    Symbol: native('Symbol', ([description]) => `Symbol(${description === undefined ? '' : toText(description)})`),
    JSON: objectOf({ stringify: native('stringify', ([value]) => (isUnknown(value) ? value : toText(value))) }),
    process: objectOf({
      env: new Unknown('the environment is known when the program runs', null),
      argv: new Unknown('the command line is known when the program runs', null),
      exit: native('exit', () => undefined),
      on: native('on', () => undefined),
    }),
    ...typed,
  }
  for (const [name, value] of Object.entries(all)) scope.declare(name, value)
}

function filled(run: Evaluator, args: readonly Value[], span: Span | null): Value {
  const [length] = args
  if (isUnknown(length)) return length
  const made = run.call(run.globals.get('Array'), undefined, args, span)
  if (typeof length === 'number' && typeof made === 'object' && made?.kind === 'array') made.items.fill(0)
  return made
}
