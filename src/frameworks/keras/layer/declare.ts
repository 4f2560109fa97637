/** What a layer class of keras.layers is declared by, and how a declaration becomes a class. */
import { none } from '../../../python/make'
import { type Bound, method, nativeClass } from '../../../python/native'
import { parseSignature } from '../../../python/signature'
import type { BuiltinValue, ClassValue, Value } from '../../../python/values'
import { isTensor, type TensorValue } from '../../torch/tensor'
import { applyCommon, selfLayer } from './base'
import { markComposite, markParametric } from './declared'
import { layerState } from './state'
import { LayerView } from './view'

/** Sizes of an input, the batch first. */
export type Shape = readonly number[]

export interface KerasLayer {
  readonly name: string
  /** Other names of the same class. */
  readonly aliases?: readonly string[]
  /** Parameters of the constructor after self, without those that every layer takes. Each becomes an attribute of its name. */
  readonly signature: string
  /** Draws weights. */
  readonly parametric?: boolean
  /** Computes by itself what its parts stand for. */
  readonly composite?: boolean
  /** Checks and completes the attributes. */
  readonly construct?: (view: LayerView, args: Bound) => void
  /** Makes the weights for inputs of these shapes. */
  readonly build?: (view: LayerView, shapes: readonly Shape[]) => void
  /** The first parameter of `call`; `inputs` where left out. */
  readonly inputs?: string
  /** Parameters of `call` after the inputs. */
  readonly callSignature?: string
  readonly call: (view: LayerView, inputs: Value, args: Bound) => Value
  readonly methods?: readonly BuiltinValue[]
}

/** A call on one tensor. */
export function onTensor(body: (view: LayerView, input: TensorValue, args: Bound) => Value): KerasLayer['call'] {
  return (view, inputs, args) => {
    if (isTensor(inputs)) return body(view, inputs, args)
    if (inputs.kind === 'unknown') return inputs
    const [only] = inputs.kind === 'list' || inputs.kind === 'tuple' ? inputs.items : []
    if (only !== undefined && isTensor(only)) return body(view, only, args)
    return view.interpreter.unknown(`${view.layer.cls.name} is called on what is no tensor`, view.span)
  }
}

/** A call on a list of tensors. */
export function onTensors(body: (view: LayerView, inputs: readonly TensorValue[], args: Bound) => Value): KerasLayer['call'] {
  return (view, inputs, args) => {
    if (inputs.kind === 'unknown') return inputs
    const items = isTensor(inputs) ? [inputs] : (view.interpreter.items(inputs, view.span) ?? [])
    const unknown = items.find((item) => item.kind === 'unknown')
    if (unknown !== undefined) return unknown
    const tensors = items.filter((item): item is TensorValue => isTensor(item))
    if (tensors.length === 0 || tensors.length < items.length)
      return view.interpreter.unknown(`${view.layer.cls.name} is called on what are no tensors`, view.span)
    return body(view, tensors, args)
  }
}

/** Shapes that `build` is given, the batch as 1. */
function shapesOf(value: Value): readonly Shape[] {
  if (value.kind !== 'tuple' && value.kind !== 'list') return []
  const isShape = value.items.every((item) => item.kind === 'int' || item.kind === 'none')
  if (isShape) return [value.items.map((item) => (item.kind === 'int' ? Number(item.value) : 1))]
  return value.items.flatMap(shapesOf)
}

/** The class of a declaration. */
export function kerasClass(declared: KerasLayer, base: ClassValue): ClassValue {
  const text = `${declared.name}.__init__(self${declared.signature === '' ? '' : `, ${declared.signature}`}, **kwargs)`
  const names = parseSignature(text).parameters.flatMap(({ name, kind }, index) =>
    index > 0 && kind !== 'keywords' && kind !== 'rest' && name !== '' ? [name] : [],
  )
  const inputs = declared.inputs ?? 'inputs'
  const attributes: [string, Value][] = [
    [
      '__init__',
      method(text, (args, interpreter) => {
        const layer = selfLayer(args, interpreter)
        const state = layerState(interpreter, layer)
        for (const name of names) {
          layer.attributes.set(name, args.value(name))
          if (args.passed(name)) state.written.add(name)
        }
        applyCommon(interpreter, layer, args.keywords('kwargs'))
        declared.construct?.(new LayerView(interpreter, layer, args.span), args)
        return none
      }),
    ],
    [
      'call',
      method(
        `call(self, ${inputs}${declared.callSignature === undefined ? '' : `, ${declared.callSignature}`}, **kwargs)`,
        (args, interpreter) => declared.call(new LayerView(interpreter, selfLayer(args, interpreter), args.span), args.value(inputs), args),
      ),
    ],
  ]
  const { build } = declared
  if (build !== undefined) {
    attributes.push([
      'build',
      // Layers of several inputs name their shapes: `query_shape=…, value_shape=…`.
      method('build(self, *args, **kwargs)', (args, interpreter) => {
        const layer = selfLayer(args, interpreter)
        const shapes = [...args.rest('args'), ...args.keywords('kwargs').values()].flatMap(shapesOf)
        // From a shape that is not known nothing is made; the call will tell it.
        if (shapes.length === 0) return none
        layerState(interpreter, layer).built = true
        build(new LayerView(interpreter, layer, args.span), shapes)
        return none
      }),
    ])
  }
  for (const each of declared.methods ?? []) attributes.push([each.name, each])
  const made = nativeClass({ name: declared.name, qualifiedName: `keras.layers.${declared.name}`, bases: [base], attributes })
  if (declared.parametric === true) markParametric(made)
  if (declared.composite === true) markComposite(made)
  return made
}
