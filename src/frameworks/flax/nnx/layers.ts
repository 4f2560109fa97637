/** Classes of `flax.nnx`'s layers, made of their declarations, and `nnx.Sequential`. */
import type { Span } from '../../../graph'
import type { CallArguments, Interpreter } from '../../../python/host'
import { list, none } from '../../../python/make'
import { method, nativeClass } from '../../../python/native'
import { parseSignature } from '../../../python/signature'
import type { ClassValue, InstanceValue, Value } from '../../../python/values'
import { instanceMethod } from '../../instanceMethod'
import { asFunctionCall } from '../../torch/calls'
import { register, registered } from '../../torch/module/registry'
import { isTensor } from '../../torch/tensor'
import { toTensor } from '../arrays/call'
import type { FlaxLayer } from '../layer/declare'
import { LayerView } from '../layer/view'
import { attend } from '../layers/dense'
import { flaxLayers } from '../layers'
import { inSequence } from '../linen/combinators'
import { callNnx } from './call'
import { nnxModuleClass } from './module'
import { nnxState } from './state'

const declarations = new WeakMap<ClassValue, FlaxLayer>()

export function declaredNnx(cls: ClassValue): FlaxLayer | null {
  for (const each of cls.mro) {
    const found = declarations.get(each)
    if (found !== undefined) return found
  }
  return null
}

export function nnxView(interpreter: Interpreter, layer: InstanceValue, span: Span | null): LayerView | null {
  const declared = declaredNnx(layer.cls)
  if (declared === null) return null
  return new LayerView(interpreter, layer, span, {
    name: declared.nnx ?? '',
    isLinen: false,
    store: {
      get: (name) => {
        const found = registered(layer, name)
        return isTensor(found) ? found : undefined
      },
      set: (name, weight) => register(layer, '_parameters', name, weight),
    },
    renamed: declared.renamed ?? {},
    open: (other, at) => nnxView(interpreter, other, at),
  })
}

/** Features that the layer's input must have, as its constructor says. */
function featuresOf(view: LayerView): number | null {
  return view.integer('in_features') ?? view.integer('num_features') ?? null
}

function callLayer(declared: FlaxLayer, layer: InstanceValue, args: CallArguments, interpreter: Interpreter): Value {
  const view = nnxView(interpreter, layer, args.span)
  const [first] = args.positional
  if (view === null || first?.kind === 'unknown') return first ?? none
  const inner = method(`__call__(self, ${declared.callSignature})`, (bound) => declared.call(view, bound))
  const state = nnxState(interpreter)
  const kernel = view.value('kernel_size')
  const windowRank = kernel.kind === 'tuple' || kernel.kind === 'list' ? kernel.items.length : kernel.kind === 'int' ? 1 : 0
  const given = toTensor(view, first ?? args.keyword.values().next().value ?? none)
  const inputRank = given?.payload.shape.length ?? 0
  state.first ??= { layer: declared.linen ?? declared.nnx ?? '', windowRank, inputRank, features: featuresOf(view) }
  return callNnx(interpreter, layer, declared.composite === true ? 'composite' : 'module', args, () =>
    inner.call({ ...args, positional: [layer, ...args.positional] }, interpreter),
  )
}

const attendMethod = method('attend(self, query)', (args, interpreter) => {
  const self = args.value('self')
  const query = args.value('query')
  const view = self.kind === 'instance' ? nnxView(interpreter, self, args.span) : null
  const input = view?.array(query) ?? null
  if (view === null || input === null)
    return query.kind === 'unknown' ? query : interpreter.unknown('attend is called on what is no array', args.span)
  return asFunctionCall(interpreter, 'attend', [query], args.span, () => attend(view, input))
})

function layerClass(declared: FlaxLayer, name: string, base: ClassValue): ClassValue {
  const signature = declared.nnxParameters ?? ''
  const star = signature.includes('*') || signature === '' ? '' : ', *'
  const text = `__init__(self${signature === '' ? '' : `, ${signature}`}${star}, rngs=None, **kwargs)`
  const names = parseSignature(text).parameters.flatMap(({ name: own, kind }, index) =>
    index > 0 && kind !== 'keywords' && kind !== 'rest' && own !== 'rngs' ? [own] : [],
  )
  const made = nativeClass({
    name,
    qualifiedName: `flax.nnx.${name}`,
    bases: [base],
    attributes: [
      [
        '__init__',
        method(text, (args, interpreter) => {
          const self = args.value('self')
          if (self.kind !== 'instance') return none
          for (const own of names) self.attributes.set(own, args.value(own))
          const view = nnxView(interpreter, self, args.span)
          if (view !== null) declared.weights?.(view, null)
          return none
        }),
      ],
      ['__call__', instanceMethod('__call__', (self, args, interpreter) => callLayer(declared, self, args, interpreter))],
      ...(declared.methods ?? []).map((each) => [each.name, each] as const),
      ...(name === 'Embed' ? ([['attend', attendMethod]] as const) : []),
    ],
  })
  declarations.set(made, declared)
  return made
}

function sequentialClass(base: ClassValue): ClassValue {
  return nativeClass({
    name: 'Sequential',
    qualifiedName: 'flax.nnx.Sequential',
    bases: [base],
    attributes: [
      [
        '__init__',
        method('__init__(self, *fns)', (args) => {
          const self = args.value('self')
          if (self.kind === 'instance') self.attributes.set('layers', list([...args.rest('fns')]))
          return none
        }),
      ],
      [
        '__call__',
        instanceMethod('__call__', (self, args, interpreter) => {
          const layers = interpreter.items(self.attributes.get('layers') ?? none, args.span) ?? []
          return callNnx(interpreter, self, null, args, () => inSequence(interpreter, layers, args.positional, args.keyword, args.span))
        }),
      ],
    ],
  })
}

export function nnxLayers(interpreter: Interpreter): ReadonlyMap<string, ClassValue> {
  return interpreter.state<ReadonlyMap<string, ClassValue>>('flax.nnx.layers', () => {
    const base = nnxModuleClass(interpreter)
    const classes = flaxLayers.flatMap((declared) =>
      declared.nnx === null ? [] : [[declared.nnx, layerClass(declared, declared.nnx, base)] as const],
    )
    return new Map<string, ClassValue>([...classes, ['Sequential', sequentialClass(base)]])
  })
}
