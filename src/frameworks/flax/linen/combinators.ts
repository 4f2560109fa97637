/** `nn.Sequential`, and classes of Flax's that are not modelled. */
import { asInteger } from '../../../python/guards'
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { method, nativeClass } from '../../../python/native'
import type { ClassValue, InstanceValue, Value } from '../../../python/values'
import { instanceMethod } from '../../instanceMethod'
import { enter } from './call'
import { constructingLayer, linenModuleClass } from './module'
import { linenState } from './state'

/** Calls each with what the one before gave: a tuple is spread over its parameters, a dict over its keywords. */
export function inSequence(
  interpreter: Interpreter,
  layers: readonly Value[],
  first: readonly Value[],
  keyword: ReadonlyMap<string, Value>,
  span: InstanceValue['span'],
): Value {
  let result: Value = first[0] ?? none
  for (const [index, layer] of layers.entries()) {
    const positional = index === 0 ? first : result.kind === 'tuple' ? result.items : [result]
    result = interpreter.callWith(layer, { positional, keyword: index === 0 ? keyword : new Map(), span })
  }
  return result
}

const callSequential = instanceMethod('__call__', (self, args, interpreter) => {
  const layers = interpreter.items(self.attributes.get('layers') ?? none, args.span)
  if (layers === null) return interpreter.unknown('the layers of this Sequential are not known', args.span)
  return enter(interpreter, self, true, args, () => inSequence(interpreter, layers, args.positional, args.keyword, args.span))
})

function sequentialClass(interpreter: Interpreter): ClassValue {
  return nativeClass({
    name: 'Sequential',
    qualifiedName: 'flax.linen.Sequential',
    bases: [linenModuleClass(interpreter)],
    attributes: [
      [
        '__init__',
        constructingLayer(
          method('__init__(self, layers)', (args, inner) => {
            inner.setAttribute(args.value('self'), 'layers', args.value('layers'), args.span)
            return none
          }),
        ),
      ],
      ['__call__', callSequential],
    ],
  })
}

/** The matrices of the layer that it holds, divided by their largest singular value as power iteration finds it. */
function spectralNormClass(interpreter: Interpreter): ClassValue {
  return nativeClass({
    name: 'SpectralNorm',
    qualifiedName: 'flax.linen.SpectralNorm',
    bases: [linenModuleClass(interpreter)],
    attributes: [
      [
        '__init__',
        constructingLayer(
          method('__init__(self, layer_instance, n_steps=1, *args, **kwargs)', (args, inner) => {
            for (const name of ['layer_instance', 'n_steps']) inner.setAttribute(args.value('self'), name, args.value(name), args.span)
            return none
          }),
        ),
      ],
      [
        '__call__',
        instanceMethod('__call__', (self, args, inner) => {
          const { run } = linenState(inner)
          const layer = self.attributes.get('layer_instance') ?? none
          if (run === null) return inner.unknown('a layer is followed only inside of a model that is run', args.span)
          const keyword = new Map([...args.keyword].filter(([name]) => name !== 'update_stats'))
          const outer = run.powerIterations
          run.powerIterations = asInteger(self.attributes.get('n_steps') ?? none) ?? 1
          try {
            return inner.callWith(layer, { ...args, keyword })
          } finally {
            run.powerIterations = outer
          }
        }),
      ],
    ],
  })
}

function unmodelledClass(interpreter: Interpreter, name: string): ClassValue {
  return nativeClass({
    name,
    qualifiedName: `flax.linen.${name}`,
    bases: [linenModuleClass(interpreter)],
    attributes: [
      ['__init__', constructingLayer(method('__init__(self, *args, **kwargs)', () => none))],
      [
        '__call__',
        method('__call__(self, *args, **kwargs)', (args, inner) => inner.unknown(`flax.linen.${name} is not modelled`, args.span)),
      ],
    ],
  })
}

export function combinators(interpreter: Interpreter): readonly (readonly [string, ClassValue])[] {
  return interpreter.state('flax.linen.combinators', () => [
    ['Sequential', sequentialClass(interpreter)],
    ['SpectralNorm', spectralNormClass(interpreter)],
    ...['WeightNorm', 'BatchApply'].map((name) => [name, unmodelledClass(interpreter, name)] as const),
  ])
}
