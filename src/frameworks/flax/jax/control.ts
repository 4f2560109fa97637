/** Loops and branches of `jax.lax`, unrolled where their length is known. */
import { asInteger } from '../../../python/guards'
import { int, none, tuple } from '../../../python/make'
import { native } from '../../../python/native'
import type { Value } from '../../../python/values'
import { entryOf, sizeOf, together } from './axes'

/** Longer loops are not unrolled. */
const mostSteps = 256

/** The axis of steps. */
const first = int(0)

export const controlFunctions: ReadonlyMap<string, Value> = new Map<string, Value>([
  [
    'scan',
    native('scan(f, init, xs=None, length=None, reverse=False, unroll=1)', (args, interpreter) => {
      const xs = args.value('xs')
      const length = asInteger(args.value('length')) ?? sizeOf(interpreter, xs, first)
      const unknown = args.firstUnknown()
      if (unknown !== undefined) return unknown
      if (length === null || length > mostSteps) return interpreter.unknown('a scan of this length is not unrolled', args.span)
      let carry = args.value('init')
      const outputs: Value[] = []
      const backwards = args.boolean('reverse') === true
      for (let step = 0; step < length; step++) {
        interpreter.step()
        const entry = entryOf({ interpreter, span: args.span }, xs, first, backwards ? length - 1 - step : step)
        const result = interpreter.call(args.value('f'), [carry, entry], undefined, args.span)
        if (result.kind !== 'tuple')
          return result.kind === 'unknown' ? result : interpreter.unknown('the scanned function gives no carry', args.span)
        carry = result.items[0] ?? none
        outputs.push(result.items[1] ?? none)
      }
      return tuple([carry, together({ interpreter, span: args.span }, backwards ? outputs.reverse() : outputs, first)])
    }),
  ],
  [
    'fori_loop',
    native('fori_loop(lower, upper, body_fun, init_val, unroll=None)', (args, interpreter) => {
      const [low, high] = [asInteger(args.value('lower')), asInteger(args.value('upper'))]
      if (low === undefined || high === undefined || high - low > mostSteps)
        return args.firstUnknown() ?? interpreter.unknown('a loop of this length is not unrolled', args.span)
      let value = args.value('init_val')
      for (let step = low; step < high; step++) {
        interpreter.step()
        value = interpreter.call(args.value('body_fun'), [int(step), value], undefined, args.span)
      }
      return value
    }),
  ],
  [
    'map',
    native('map(f, xs, batch_size=None)', (args, interpreter) => {
      const xs = args.value('xs')
      const length = sizeOf(interpreter, xs, first)
      if (length === null || length > mostSteps)
        return args.firstUnknown() ?? interpreter.unknown('a map over this many entries is not followed', args.span)
      const results = Array.from({ length }, (_, index) =>
        interpreter.call(args.value('f'), [entryOf({ interpreter, span: args.span }, xs, first, index)], undefined, args.span),
      )
      return together({ interpreter, span: args.span }, results, first)
    }),
  ],
  [
    'cond',
    native('cond(pred, true_fun, false_fun, *operands, operand=None)', (args, interpreter) => {
      const holds = interpreter.truth(args.value('pred'), args.span)
      if (holds === undefined) return interpreter.unknown('which branch of lax.cond is taken is not known', args.span)
      const operands = args.passed('operand') ? [args.value('operand')] : args.rest('operands')
      return interpreter.call(args.value(holds ? 'true_fun' : 'false_fun'), operands, undefined, args.span)
    }),
  ],
  [
    'while_loop',
    native('while_loop(*args, **kwargs)', (args, interpreter) => interpreter.unknown('lax.while_loop is not followed', args.span)),
  ],
  ['switch', native('switch(*args, **kwargs)', (args, interpreter) => interpreter.unknown('lax.switch is not followed', args.span))],
])
