import { activationAt, activationNamed, activationNames } from '../activations'
import type { TensorId } from '../../../graph'
import type { LayerKind, Scope } from '../scope'

/** Softmax is read over the last axis; the layer of TensorFlow.js takes axis 1 where nothing is said. */
function expectLastAxis(scope: Scope, x: TensorId): void {
  const rank = scope.shape(x).length
  const axis = scope.settings.integer('axis', scope.dialect.origin === 'tensorflowjs' ? 1 : -1, -rank)
  if ((axis + rank) % rank !== rank - 1)
    scope.settings.place.fail(`${scope.name} is read over the last axis only, axis: -1; here it is ${axis}.`)
}

/** `type: relu` is a layer of its own, with the numbers that fix it beside. */
const named: readonly LayerKind[] = activationNames
  .filter((name) => name !== 'linear')
  .map((type) => ({
    type,
    settings: ['slope', 'negative_slope', 'alpha'],
    lower(scope, [x]) {
      const read = activationNamed(type, scope.settings, scope.dialect)
      if (read?.kind === 'softmax') expectLastAxis(scope, x as number)
      return read === null ? (x as number) : scope.activate(read, x as number, scope.span)
    },
  }))

const activation: LayerKind = {
  type: 'activation',
  settings: ['activation'],
  lower(scope, [x]) {
    const place =
      scope.settings.at('activation') ?? scope.settings.place.fail('activation is missing: write its name, like activation: relu.')
    return scope.activate(activationAt(place, scope.dialect), x as number, place.span)
  },
}

const prelu: LayerKind = {
  type: 'prelu',
  aliases: ['p_relu'],
  settings: ['init'],
  lower(scope, [x]) {
    const shape = scope.shape(x as number)
    const isTorch = scope.dialect.origin === 'pytorch'
    const slope = isTorch ? 0.25 : scope.dialect.origin === 'flax' ? 0.01 : 0
    return scope.emit({ kind: 'activation', fn: { name: 'leakyRelu', slope, learned: true } }, [x as number], shape)
  },
}

function dropout(type: string, variant: 'element' | 'channel' | 'alpha', aliases: readonly string[] = []): LayerKind {
  return {
    type,
    aliases,
    settings: ['rate'],
    lower(scope, [x]) {
      const rate = scope.settings.number('rate', 0.5)
      if (rate < 0 || rate >= 1) scope.settings.place.fail(`${scope.settings.key('rate')} must be from 0 to below 1, like 0.5.`)
      return scope.emit({ kind: 'dropout', rate, variant, rescale: true }, [x as number], scope.shape(x as number))
    },
  }
}

/** Multiplies by a number and adds one (Keras' Rescaling). */
const rescale: LayerKind = {
  type: 'rescale',
  aliases: ['rescaling'],
  settings: ['factor', 'shift'],
  lower(scope, [x]) {
    const op = { kind: 'affine', factor: scope.settings.number('factor', 1), shift: scope.settings.number('shift', 0) } as const
    return scope.emit(op, [x as number], scope.shape(x as number))
  },
}

export const elementwise: readonly LayerKind[] = [
  ...named,
  activation,
  prelu,
  dropout('dropout', 'element'),
  dropout(
    'spatial_dropout',
    'channel',
    [1, 2, 3].map((rank) => `spatial_dropout${rank}d`),
  ),
  dropout('alpha_dropout', 'alpha'),
  rescale,
]
