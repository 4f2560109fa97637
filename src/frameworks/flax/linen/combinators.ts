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

interface Combinator {
  readonly name: string
  /** Of its constructor, after self. */
  readonly parameters: string
  /** Those of the parameters that it keeps as fields. */
  readonly fields: readonly string[]
  readonly call: Value
}

function combinatorClass(interpreter: Interpreter, { name, parameters, fields, call }: Combinator): ClassValue {
  const construct = method(`__init__(self, ${parameters})`, (args, inner) => {
    for (const field of fields) inner.setAttribute(args.value('self'), field, args.value(field), args.span)
    return none
  })
  return nativeClass({
    name,
    qualifiedName: `flax.linen.${name}`,
    bases: [linenModuleClass(interpreter)],
    attributes: [
      ['__init__', constructingLayer(construct)],
      ['__call__', call],
    ],
  })
}

const sequential: Combinator = { name: 'Sequential', parameters: 'layers', fields: ['layers'], call: callSequential }

/** The matrices of the layer that it holds, divided by their largest singular value as power iteration finds it. */
const spectralNorm: Combinator = {
  name: 'SpectralNorm',
  parameters: 'layer_instance, n_steps=1, *args, **kwargs',
  fields: ['layer_instance', 'n_steps'],
  call: instanceMethod('__call__', (self, args, interpreter) => {
    const { run } = linenState(interpreter)
    const layer = self.attributes.get('layer_instance') ?? none
    if (run === null) return interpreter.unknown('a layer is followed only inside of a model that is run', args.span)
    const keyword = new Map([...args.keyword].filter(([name]) => name !== 'update_stats'))
    const outer = run.powerIterations
    run.powerIterations = asInteger(self.attributes.get('n_steps') ?? none) ?? 1
    try {
      return interpreter.callWith(layer, { ...args, keyword })
    } finally {
      run.powerIterations = outer
    }
  }),
}

const unmodelled = (name: string): Combinator => ({
  name,
  parameters: '*args, **kwargs',
  fields: [],
  call: method('__call__(self, *args, **kwargs)', (args, interpreter) =>
    interpreter.unknown(`flax.linen.${name} is not modelled`, args.span),
  ),
})

export function combinators(interpreter: Interpreter): readonly (readonly [string, ClassValue])[] {
  return interpreter.state('flax.linen.combinators', () =>
    [sequential, spectralNorm, unmodelled('WeightNorm'), unmodelled('BatchApply')].map(
      (each) => [each.name, combinatorClass(interpreter, each)] as const,
    ),
  )
}
