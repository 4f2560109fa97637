import type { Op } from './op'
import type { Parameter } from './parameter'
import type { Span } from './span'

/** Index in `Graph.tensors`. */
export type TensorId = number

export interface Tensor {
  readonly id: TensorId
  /** All sizes are numbers: an unknown size was replaced by an assumed one, which `Graph.assumptions` tells. Axis 0 is the batch, unless a reshape moved it. */
  readonly shape: readonly number[]
  readonly dtype: 'float' | 'int' | 'bool'
  /** Node that made it. */
  readonly producer: number
}

/** One operation, executed once. */
export interface Node {
  /** Index in `Graph.nodes`, which is the order of execution. */
  readonly id: number
  readonly op: Op
  readonly inputs: readonly TensorId[]
  readonly outputs: readonly TensorId[]
  /** The innermost call it belongs to: index in `Graph.calls`. null for bare tensor arithmetic outside any listed call. */
  readonly call: number | null
  /** The source expression that ran it. */
  readonly span: Span | null
}

/**
 * A call a person would name.
 * `module`: a leaf module, under its `named_modules()` name. `composite`: a module that computes by itself though it has
 * children that are not called (MultiheadAttention). `function`: `F.relu`, `torch.cat`, …, named by the function.
 */
export interface Call {
  readonly id: number
  readonly kind: 'module' | 'composite' | 'function'
  /** `layer1.0.conv1`; for functions the function's name and a number, `relu#3`. */
  readonly name: string
  /** 0 for the first call of this module, 1 for its second, … */
  readonly call: number
  /** Class or function name: `Conv2d`, `relu`. */
  readonly type: string
  /** Where the module was constructed (functions: where they are called). */
  readonly definition: Span | null
  /** The call in `forward`. */
  readonly site: Span | null
  readonly inputs: readonly TensorId[]
  readonly outputs: readonly TensorId[]
  /** Parameters that it owns. */
  readonly parameters: readonly number[]
  /** Names of the enclosing modules, outermost first: `['layer1', 'layer1.0']`. */
  readonly path: readonly string[]
}

/** A network as data, made by a framework room, read by every room to the right. Immutable. */
export interface Graph {
  readonly tensors: readonly Tensor[]
  readonly nodes: readonly Node[]
  readonly calls: readonly Call[]
  readonly parameters: readonly Parameter[]
  /** Tensors that the model returns and that the loss's cotangent enters by. */
  readonly outputs: readonly TensorId[]
  /** Calls that were to initialize its modules and drew nothing. */
  readonly idleApplies?: readonly IdleApply[]
}

/** `model.apply(init_weights)` where no module matched. */
export interface IdleApply {
  /** Name of the function that was applied. */
  readonly name: string
  readonly span: Span | null
}
