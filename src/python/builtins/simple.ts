/** range, slice, bytes, and the classes of None, Ellipsis and iterators. */
import { asInteger, asIntegers, asString } from '../guards'
import { bool, bytes, int, none, range, slice, str, tuple } from '../make'
import { getter, method, named, native } from '../native'
import { bytesClass, iteratorClass, noneClass, rangeClass, sliceClass } from './classes'
import { comparisonMethods, equality, fill, methodOf } from './fill'
import { container, reversing, searching } from './sequence'

fill(rangeClass, [
  ...container,
  ...searching,
  ...reversing,
  [
    '__new__',
    native('__new__(cls, *args)', (args, interpreter) => {
      const given = args.rest('args')
      const hidden = args.firstUnknown()
      if (hidden !== undefined) return hidden
      if (given.length < 1 || given.length > 3)
        return interpreter.raise('TypeError', `range expected at most 3 arguments, got ${given.length}`, args.span)
      const numbers: number[] = []
      for (const value of given) {
        const index = value.kind === 'instance' ? interpreter.findAttribute(value, '__index__', args.span) : undefined
        const plain = index === undefined ? value : interpreter.call(index, [], undefined, args.span)
        if (plain.kind === 'unknown') return plain
        if (plain.kind === 'int' && typeof plain.value === 'bigint') return interpreter.unknown('a range this large is not read', args.span)
        numbers.push(
          asInteger(plain) ??
            interpreter.raise('TypeError', `'${interpreter.typeOf(value).name}' object cannot be interpreted as an integer`, args.span),
        )
      }
      const [first = 0, second, step = 1] = numbers
      if (step === 0) return interpreter.raise('ValueError', 'range() arg 3 must not be zero', args.span)
      return second === undefined ? range(0, first) : range(first, second, step)
    }),
  ],
  ['start', getter('start', (self) => (self.kind === 'range' ? int(self.start) : self))],
  ['stop', getter('stop', (self) => (self.kind === 'range' ? int(self.stop) : self))],
  ['step', getter('step', (self) => (self.kind === 'range' ? int(self.step) : self))],
])

fill(sliceClass, [
  [
    '__new__',
    native('__new__(cls, first, second=None, step=None, /)', (args) =>
      args.passed('second') ? slice(args.value('first'), args.value('second'), args.value('step')) : slice(none, args.value('first'), none),
    ),
  ],
  ['start', getter('start', (self) => (self.kind === 'slice' ? self.start : self))],
  ['stop', getter('stop', (self) => (self.kind === 'slice' ? self.stop : self))],
  ['step', getter('step', (self) => (self.kind === 'slice' ? self.step : self))],
  methodOf('slice', 'indices(self, length, /)', (self, args, interpreter) => {
    const length = asInteger(args.value('length'))
    const step = self.step.kind === 'none' ? 1 : asInteger(self.step)
    if (length === undefined || step === undefined) return args.firstUnknown() ?? interpreter.unknown('this slice is not known', args.span)
    if (step === 0) return interpreter.raise('ValueError', 'slice step cannot be zero', args.span)
    const place = (value: typeof self.start, otherwise: number): number => {
      const at = asInteger(value)
      if (at === undefined) return otherwise
      const [low, high] = step > 0 ? [0, length] : [-1, length - 1]
      return at < 0 ? Math.max(low, at + length) : Math.min(high, at)
    }
    return tuple([int(place(self.start, step > 0 ? 0 : length - 1)), int(place(self.stop, step > 0 ? length : -1)), int(step)])
  }),
])

fill(bytesClass, [
  ...container,
  ...comparisonMethods(equality),
  [
    '__new__',
    native('__new__(cls, source=(), encoding=None, errors=None)', (args, interpreter) => {
      const text = asString(args.value('source'))
      if (text !== undefined) return bytes(text)
      const count = asInteger(args.value('source'))
      const values = count === undefined ? asIntegers(args.value('source')) : undefined
      if (values !== undefined) return bytes(String.fromCharCode(...values.slice(0, 10_000)))
      return args.firstUnknown() ?? interpreter.unknown('these bytes are not read', args.span)
    }),
  ],
  methodOf('bytes', 'decode(self, encoding="utf-8", errors="strict")', (self, args, interpreter) =>
    /^[\x00-\x7f]*$/.test(self.value) ? str(self.value) : interpreter.unknown('bytes beyond ASCII are not decoded', args.span),
  ),
])

fill(noneClass, [...comparisonMethods(equality), ...named(method('__bool__(self, /)', () => bool(false)))])

fill(
  iteratorClass,
  named(
    method('__iter__(self, /)', (args) => args.value('self')),
    method('__next__(self, /)', (args, interpreter) => {
      const self = args.value('self')
      if (self.kind !== 'iterator') return self
      return self.next() ?? interpreter.raise('StopIteration', '', args.span)
    }),
    method('send(self, value, /)', (args, interpreter) => {
      const self = args.value('self')
      if (self.kind !== 'iterator') return self
      const item = self.send === undefined ? self.next() : self.send(args.value('value'))
      return item ?? interpreter.raise('StopIteration', '', args.span)
    }),
    method('close(self, /)', () => none),
    method('throw(self, exception, *args)', (args, interpreter) => {
      const self = args.value('self')
      if (self.kind !== 'iterator' || self.throw === undefined) return self
      const given = args.value('exception')
      const exception = given.kind === 'class' ? interpreter.call(given, [], undefined, args.span) : given
      return self.throw(exception) ?? interpreter.raise('StopIteration', '', args.span)
    }),
  ),
)
