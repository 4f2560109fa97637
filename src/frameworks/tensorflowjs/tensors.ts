/** Tensors and weights inside of `call` of a layer that the program writes. */
import type { Initializer, ParameterId, TensorId } from '../../graph'
import { ArrayValue, HostValue, isArray, isUnknown, native, Unknown, type Value } from '../../javascript'
import type { Scope } from '../spec/scope'
import { operationNamed } from './operations'

/** A tensor of the layer that is being lowered. */
export class OpTensor extends HostValue {
  readonly type = 'a tensor'

  constructor(
    readonly scope: Scope,
    readonly id: TensorId,
  ) {
    super()
  }

  get shape(): readonly number[] {
    return this.scope.shape(this.id)
  }

  get(name: string): Value {
    if (name === 'shape') return new ArrayValue([...this.shape])
    if (name === 'rank') return this.shape.length
    if (name === 'dtype') return 'float32'
    if (name === 'dispose') return native(name, () => undefined)
    const operation = operationNamed(name)
    if (operation !== null) return native(name, (args, { span }) => operation(this.scope, [this, ...args], span))
    return native(name, (_, { span }) => new Unknown(`${name} of a tensor is not followed`, span))
  }
}

/** `this.addWeight('kernel', [3, 4], 'float32', tf.initializers.heNormal())`. */
export class WeightValue extends HostValue {
  readonly type = 'a weight'
  /** The parameter, in the scope that asked for it last. */
  private drawn: { readonly scope: Scope; readonly id: ParameterId } | null = null

  constructor(
    readonly name: string,
    readonly sizes: readonly number[],
    readonly initializer: (scope: Scope, fanIn: number, fanOut: number) => Initializer,
  ) {
    super()
  }

  /** Its parameter; `used` is its shape as the operation has it. */
  parameter(scope: Scope, role: 'weight' | 'free' | 'bias', used: readonly number[] = this.sizes): ParameterId {
    if (this.drawn?.scope === scope) return this.drawn.id
    const [fanIn, fanOut] = fansOf(this.sizes)
    const fans = this.sizes.length < 2 ? null : { fanIn, fanOut }
    const id = scope.ownParameter({ name: this.name, role, shape: used, fans }, this.initializer(scope, fanIn, fanOut))
    this.drawn = { scope, id }
    return id
  }

  /** As a tensor by itself. */
  tensor(scope: Scope): OpTensor {
    const id = this.parameter(scope, this.sizes.length < 2 ? 'bias' : 'free')
    return new OpTensor(scope, scope.emit({ kind: 'parameter', parameter: id }, [], this.sizes))
  }

  get(name: string): Value {
    if (name === 'read') return native(name, () => this)
    if (name === 'shape') return new ArrayValue([...this.sizes])
    return name === 'name' ? this.name : undefined
  }
}

/** As tfjs-layers (4.22) counts them: of [in, out], [...window, in, out], or a vector. */
function fansOf(shape: readonly number[]): readonly [number, number] {
  const [last = 1, before = last] = [shape.at(-1), shape.at(-2)]
  const window = shape.slice(0, -2).reduce((product, size) => product * size, 1)
  return [before * window, last * window]
}

/** The tensors of what a layer's `call` gives; what is not known of it otherwise. */
export function tensorsOf(value: Value): readonly OpTensor[] | Unknown {
  const items = isArray(value) ? value.items : [value]
  const tensors = items.filter((item): item is OpTensor => item instanceof OpTensor)
  if (tensors.length === items.length && items.length > 0) return tensors
  return items.find(isUnknown) ?? new Unknown('its call gives no tensor', null)
}
