/** `keras.datasets`: the shapes of the well-known ones, which programs take their input's shape from. */
import { tuple } from '../../../python/make'
import { native, nativeModule } from '../../../python/native'
import type { ModuleValue, Value } from '../../../python/values'
import { unknownData } from '../../torch/tensor/make'

interface Split {
  readonly inputs: readonly number[]
  readonly labels: readonly number[]
}

/** Training and test split. */
const known: ReadonlyMap<string, readonly [Split, Split]> = new Map([
  [
    'mnist',
    [
      { inputs: [60000, 28, 28], labels: [60000] },
      { inputs: [10000, 28, 28], labels: [10000] },
    ],
  ],
  [
    'fashion_mnist',
    [
      { inputs: [60000, 28, 28], labels: [60000] },
      { inputs: [10000, 28, 28], labels: [10000] },
    ],
  ],
  [
    'cifar10',
    [
      { inputs: [50000, 32, 32, 3], labels: [50000, 1] },
      { inputs: [10000, 32, 32, 3], labels: [10000, 1] },
    ],
  ],
  [
    'cifar100',
    [
      { inputs: [50000, 32, 32, 3], labels: [50000, 1] },
      { inputs: [10000, 32, 32, 3], labels: [10000, 1] },
    ],
  ],
  [
    'boston_housing',
    [
      { inputs: [404, 13], labels: [404] },
      { inputs: [102, 13], labels: [102] },
    ],
  ],
])

export function datasetsModule(): ModuleValue {
  return nativeModule('keras.datasets', [], (name): Value | undefined => {
    const splits = known.get(name)
    return nativeModule(`keras.datasets.${name}`, [
      [
        'load_data',
        native('load_data(*args, **kwargs)', (args, interpreter) => {
          if (splits === undefined) return interpreter.unknown(`the data of keras.datasets.${name} is not loaded`, args.span)
          const at = { interpreter, span: args.span }
          const data = (shape: readonly number[]): Value => unknownData(at, shape, 'float', 'data is not loaded')
          return tuple(splits.map(({ inputs, labels }) => tuple([data(inputs), data(labels)])))
        }),
      ],
    ])
  })
}
