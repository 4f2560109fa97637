/** `keras.layers`: the declared classes, and functions that stand for some of them. */
import type { Interpreter } from '../../../python/host'
import { none } from '../../../python/make'
import { native, nativeClass, nativeModule, method } from '../../../python/native'
import type { ClassValue, ModuleValue, Value } from '../../../python/values'
import { layerClass } from '../layer/base'
import { callLayer } from '../layer/call'
import { kerasClass } from '../layer/declare'
import { kerasLayers } from '../layers'
import { joins } from '../layers/merging'
import { inputFunction } from '../model/input'

function snake(name: string): string {
  return name.toLowerCase()
}

export function layerClasses(interpreter: Interpreter): ReadonlyMap<string, ClassValue> {
  return interpreter.state<ReadonlyMap<string, ClassValue>>('keras.layerClasses', () => {
    const base = layerClass(interpreter)
    const found = new Map<string, ClassValue>()
    for (const declared of kerasLayers) {
      const cls = kerasClass(declared, base)
      for (const name of [declared.name, ...(declared.aliases ?? [])]) found.set(name, cls)
    }
    return found
  })
}

/** A layer that Keras has and that is not read: it can be made, and what it gives is unknown. */
function opaqueLayer(name: string, base: ClassValue): ClassValue {
  return nativeClass({
    name,
    qualifiedName: `keras.layers.${name}`,
    bases: [base],
    attributes: [
      ['__init__', method('__init__(self, *args, **kwargs)', () => none)],
      [
        'call',
        method('call(self, *args, **kwargs)', (args, interpreter) =>
          interpreter.unknown(`keras.layers.${name} is not modelled`, args.span),
        ),
      ],
    ],
  })
}

/** `layers.add([a, b])`, `layers.concatenate([a, b], axis=-1)`. */
function joinFunction(name: string, cls: ClassValue): Value {
  return native(`${name}(inputs, *args, **kwargs)`, (args, interpreter) => {
    const layer = interpreter.call(cls, args.rest('args'), args.keywords('kwargs'), args.span)
    if (layer.kind !== 'instance') return layer
    return callLayer(interpreter, layer, { positional: [args.value('inputs')], keyword: new Map(), span: args.span })
  })
}

export function layersModule(interpreter: Interpreter): ModuleValue {
  const base = layerClass(interpreter)
  const classes = layerClasses(interpreter)
  const functions = ['Concatenate', 'Dot', ...joins.keys()].flatMap((name): [string, Value][] => {
    const cls = classes.get(name)
    return cls === undefined ? [] : [[snake(name), joinFunction(snake(name), cls)]]
  })
  const opaque = new Map<string, ClassValue>()
  const inputLayer = nativeClass({ name: 'InputLayer', qualifiedName: 'keras.layers.InputLayer', bases: [base] })
  inputLayer.attributes.set('__new__', {
    kind: 'staticMethod',
    fn: native('InputLayer(cls, *args, **kwargs)', (args, inner) => {
      const keywords = new Map(args.keywords('kwargs'))
      const shape = keywords.get('input_shape')
      if (shape !== undefined) keywords.set('shape', shape)
      keywords.delete('input_shape')
      return inner.call(inputFunction, args.rest('args'), keywords, args.span)
    }),
  })
  return nativeModule(
    'keras.layers',
    [...classes, ...functions, ['Layer', base], ['Input', inputFunction], ['InputLayer', inputLayer]],
    (name) => {
      if (!/^[A-Z]\w*$/.test(name)) return undefined
      const known = opaque.get(name) ?? opaqueLayer(name, base)
      opaque.set(name, known)
      return known
    },
  )
}
