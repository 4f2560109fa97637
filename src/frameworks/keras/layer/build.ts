/** `build`: weights are made when the shape of the input is known. */
import type { CallArguments, Interpreter } from '../../../python/host'
import type { InstanceValue, Value } from '../../../python/values'
import { isTensor } from '../../torch/tensor'
import { shapeValue } from './call'
import { layerState } from './state'

function hasTensor(value: Value): boolean {
  if (isTensor(value)) return true
  return (value.kind === 'list' || value.kind === 'tuple') && value.items.some(hasTensor)
}

/** Calls the layer's `build` with the shapes of what it is called on, once. */
export function buildLayer(interpreter: Interpreter, layer: InstanceValue, args: CallArguments): void {
  const state = layerState(interpreter, layer)
  if (state.built) return
  const given = [...args.positional, ...args.keyword.values()].filter(hasTensor)
  const [first] = given
  if (first === undefined) return
  state.built = true
  const build = interpreter.getAttribute(layer, 'build', args.span)
  const fn = build.kind === 'method' ? build.fn : build
  const wanted = fn.kind === 'function' ? fn.node.parameters.filter(({ kind }) => kind !== 'star' && kind !== 'doubleStar').length - 1 : 1
  const shapes = (wanted > 1 ? given.slice(0, wanted) : [first]).map(shapeValue)
  interpreter.call(build, shapes, undefined, layer.span ?? args.span)
  state.built = true
}
