/** Noise: `tf.random.normal`, `keras.random.normal`. */
import { native } from '../../../python/native'
import type { BuiltinValue } from '../../../python/values'
import { integersOf } from '../../torch/functions/call'
import { drawnTensor } from '../../torch/tensor/make'

export const randomBuiltins: ReadonlyMap<string, BuiltinValue> = new Map<string, BuiltinValue>([
  [
    'normal',
    native('normal(shape, mean=0.0, stddev=1.0, *rest, **kwargs)', (args, interpreter) => {
      const shape = integersOf(args.value('shape'))
      const [mean, std] = [args.number('mean'), args.number('stddev')]
      if (shape === null || mean === undefined || std === undefined)
        return args.firstUnknown() ?? interpreter.unknown('the noise is not known', args.span)
      return drawnTensor({ interpreter, span: args.span }, shape, { kind: 'normal', mean, std }, 'normal')
    }),
  ],
  [
    'uniform',
    native('uniform(shape, minval=0.0, maxval=1.0, *rest, **kwargs)', (args, interpreter) => {
      const shape = integersOf(args.value('shape'))
      const [low, high] = [args.number('minval'), args.number('maxval')]
      if (shape === null || low === undefined || high === undefined)
        return args.firstUnknown() ?? interpreter.unknown('the noise is not known', args.span)
      return drawnTensor({ interpreter, span: args.span }, shape, { kind: 'uniform', low, high }, 'uniform')
    }),
  ],
])
