/** Layers that are made of other layers: children under real names, called as modules so that they are listed. */

import type { Initializer } from '../../../graph'
import type { Value } from '../../../python/values'
import { register } from '../module/registry'
import { isTensor } from '../tensor'
import { drawInto } from './defaults'
import type { LayerView } from './layer-view'

/** `torch.nn.<name>(*positional, **keyword)`, as constructed where the layer itself is. */
export function build(layer: LayerView, name: string, positional: readonly Value[], keyword: Readonly<Record<string, Value>> = {}): Value {
  const { interpreter } = layer
  const cls = interpreter.getAttribute(interpreter.importModule('torch.nn'), name)
  return interpreter.call(cls, positional, new Map(Object.entries(keyword)), layer.definition)
}

export function child(layer: LayerView, name: string, value: Value): void {
  layer.module.attributes.delete(name)
  register(layer.module, '_modules', name, value)
}

/** Calls what the layer holds under `name` (a module or a function). */
export function callChild(
  layer: LayerView,
  name: string,
  positional: readonly Value[],
  keyword: Readonly<Record<string, Value>> = {},
): Value {
  return layer.interpreter.call(layer.value(name), positional, new Map(Object.entries(keyword)), layer.span)
}

export function add(layer: LayerView, left: Value, right: Value): Value {
  return layer.interpreter.binary('+', left, right, layer.span)
}

/** `count` deep copies of a module in a ModuleList, as torch's stacks of layers are made: all start identical. */
export function clones(layer: LayerView, module: Value, count: Value): Value {
  const { interpreter } = layer
  if (count.kind !== 'int' || typeof count.value !== 'number') {
    return count.kind === 'unknown' ? count : interpreter.unknown('how many copies of the layer are made is not known', layer.span)
  }
  const list = build(layer, 'ModuleList', [])
  const deepcopy = interpreter.getAttribute(interpreter.importModule('copy'), 'deepcopy')
  const append = interpreter.getAttribute(list, 'append')
  for (let index = 0; index < count.value; index++) {
    interpreter.step()
    interpreter.call(append, [interpreter.call(deepcopy, [module], undefined, layer.span)], undefined, layer.span)
  }
  return list
}

/** Draws a parameter anew, as the layer's constructor does after its parts were made. */
export function redraw(value: Value, initializer: (shape: readonly number[]) => Initializer): void {
  if (!isTensor(value) || value.payload.source.kind !== 'data') return
  const { storage } = value.payload.source
  drawInto(storage, initializer(value.payload.shape))
  if (storage.parameter !== null) storage.parameter.copyGroup = null
}
