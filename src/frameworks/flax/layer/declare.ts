/** What a layer of Flax is declared by, for linen and NNX together. */
import type { Bound } from '../../../python/native'
import type { BuiltinValue, Value } from '../../../python/values'
import { isTensor, type TensorValue } from '../../torch/tensor'
import type { LayerView } from './view'

export interface FlaxLayer {
  /** Name in `flax.linen`; null where only NNX has it. */
  readonly linen: string | null
  /** Name in `flax.nnx`; null where only linen has it. */
  readonly nnx: string | null
  /** Fields of the linen class, in order, as Python writes parameters. */
  readonly fields?: string
  /** Parameters of the NNX constructor after self, without `rngs`, which every one may take. */
  readonly nnxParameters?: string
  /** NNX's name of a linen field: `features` is `out_features`. */
  readonly renamed?: Readonly<Record<string, string>>
  readonly parametric?: boolean
  /** Computes by itself what its parts stand for. */
  readonly composite?: boolean
  /**
   * Makes the weights. linen calls it when the layer is first called, with the shape of its input; NNX when the layer is constructed,
   * with null: the constructor says the sizes.
   */
  readonly weights?: (view: LayerView, shape: readonly number[] | null) => void
  /** Parameters of the call, the first of them the input. */
  readonly callSignature: string
  readonly call: (view: LayerView, args: Bound) => Value
  /** Other methods of linen's class and NNX's. */
  readonly methods?: readonly BuiltinValue[]
}

/** A call on one array, `inputs`, with the weights made for it. */
export function onArray(name: string, body: (view: LayerView, input: TensorValue, args: Bound) => Value): FlaxLayer['call'] {
  return (view, args) => {
    const given = args.value(name)
    if (given.kind === 'unknown') return given
    const input = view.array(given)
    if (input === null) return view.interpreter.unknown(`${view.type} is called on what is no array`, view.span)
    return body(view, input, args)
  }
}

export function arrayOrNull(value: Value): TensorValue | null {
  return isTensor(value) ? value : null
}
