/** What arrays and tensors of a Keras program have beside what PyTorch's do. */
import { getter, method } from '../../../python/native'
import type { Value } from '../../../python/values'
import { cast } from '../../torch/functional/cast'
import { isTensor } from '../../torch/tensor'
import { pureOperators } from '../../torch/tensor/operators'
import { dtypeNamed } from '../model/input'

export const tensorMethods: readonly (readonly [string, Value])[] = [
  ...pureOperators,
  [
    'astype',
    method('astype(self, dtype, *args, **kwargs)', (args, interpreter) => {
      const self = args.value('self')
      return isTensor(self) ? cast({ interpreter, span: args.span }, self, dtypeNamed(args.value('dtype'))) : self
    }),
  ],
  ['_keras_shape', getter('_keras_shape', (self, interpreter) => interpreter.getAttribute(self, 'shape'))],
  [
    'assign',
    method('assign(self, value, *args, **kwargs)', (args, interpreter) => {
      interpreter.note({ kind: 'assumption', message: 'a value assigned to a variable is not followed', span: args.span })
      return args.value('self')
    }),
  ],
  ['get_shape', method('get_shape(self)', (args, interpreter) => interpreter.getAttribute(args.value('self'), 'shape', args.span))],
]
