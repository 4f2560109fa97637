/**
 * The operations of the network, whatever framework wrote it. A framework lowers each of its calls to
 * these; the signal room has one forward and one backward rule for each `kind`. Axes are 0-based and
 * non-negative here; axis 0 is the batch unless a reshape moved it. Shapes are on the tensors, never repeated here.
 */
import type { ActivationFunction } from './activation'

export type Op =
  | InputOp
  | ParameterOp
  | ConstantOp
  | RandomOp
  | LinearOp
  | BilinearOp
  | ConvOp
  | ConvTransposeOp
  | EmbeddingOp
  | RecurrentOp
  | ActivationOp
  | GatedOp
  | SoftmaxOp
  | DropoutOp
  | BatchNormOp
  | LayerNormOp
  | GroupNormOp
  | LocalResponseNormOp
  | NormalizeOp
  | PoolOp
  | AdaptivePoolOp
  | UpsampleOp
  | PixelShuffleOp
  | UnfoldOp
  | FoldOp
  | AddOp
  | MultiplyOp
  | DivideOp
  | AffineOp
  | PowerOp
  | ExtremumOp
  | CompareOp
  | WhereOp
  | MatmulOp
  | AttentionOp
  | ConcatOp
  | ReshapeOp
  | PermuteOp
  | ExpandOp
  | SliceOp
  | GatherOp
  | IndexAddOp
  | PadOp
  | RollOp
  | FlipOp
  | RepeatOp
  | ReduceOp
  | CastOp
  | OpaqueOp

export type OpKind = Op['kind']

/** A parameter's id in `Graph.parameters`. */
export type ParameterId = number

/** The distribution of an input's elements, independent over all axes unless it says otherwise. */
export type InputDistribution =
  | { readonly kind: 'normal'; readonly mean: number; readonly std: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** Integers uniform in [0, below). */
  | { readonly kind: 'tokens'; readonly below: number }
  | { readonly kind: 'oneHot'; readonly classes: number }

/** A tensor that the model is fed. */
export interface InputOp {
  readonly kind: 'input'
  readonly name: string
  readonly distribution: InputDistribution
  /** The axis that numbers independent samples; 0 where left out, 1 where a sequence comes first. */
  readonly sampleAxis?: number
}
/** A parameter used as a tensor of its own (class token, positional embedding, layer scale, free weight in a matmul). */
export interface ParameterOp {
  readonly kind: 'parameter'
  readonly parameter: ParameterId
}
/**
 * A tensor with known numbers that are not drawn (zeros, ones, masks, positions, buffers, rates).
 * `values` is row-major and present when small (≤ 4096 elements); otherwise mean and secondMoment describe it, null when unknown.
 */
export interface ConstantOp {
  readonly kind: 'constant'
  readonly values: readonly number[] | null
  readonly mean: number | null
  readonly secondMoment: number | null
  /** Set when it is a triangular matrix (a causal mask), whatever its size; leading axes have size 1. */
  readonly triangle?: Triangle
  /** Set for the rows of a matrix of known numbers (positional encodings), the only two axes above 1, of which the second is the last. */
  readonly rows?: Rows
}
/** Means over the last axis, for runs of rows (`ratioRuns` of 1, 2, …): of x_r, x_r², and x_r x_s of two different rows by pairs of runs. */
export interface Rows {
  readonly mean: readonly number[]
  readonly second: readonly number[]
  readonly pairs: readonly number[]
}
/** Element (row, column) of the last two axes is `inside` where column − row ≤ diagonal, else `outside`. */
export interface Triangle {
  readonly diagonal: number
  readonly inside: number
  readonly outside: number
}
/** Fresh noise drawn in forward (`torch.randn_like`). */
export interface RandomOp {
  readonly kind: 'random'
  readonly distribution: InputDistribution
}

/** y = x·Wᵀ + b over the last axis. weight [out, in]. */
export interface LinearOp {
  readonly kind: 'linear'
  readonly weight: ParameterId
  readonly bias: ParameterId | null
  readonly inFeatures: number
  readonly outFeatures: number
}
/** y_k = x1ᵀ W_k x2 + b_k over the last axes of two inputs. weight [out, in1, in2]. */
export interface BilinearOp {
  readonly kind: 'bilinear'
  readonly weight: ParameterId
  readonly bias: ParameterId | null
}

export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular'

/** Convolution over the last `kernel.length` axes, channels right before them. weight [out, in/groups, ...kernel]. */
export interface ConvOp {
  readonly kind: 'conv'
  readonly weight: ParameterId
  readonly bias: ParameterId | null
  readonly inChannels: number
  readonly outChannels: number
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  /** [before, after] for each spatial axis. */
  readonly padding: readonly (readonly [number, number])[]
  readonly dilation: readonly number[]
  readonly groups: number
  readonly paddingMode: PaddingMode
}
/** The adjoint of ConvOp. weight [in, out/groups, ...kernel]; padding crops the output. */
export interface ConvTransposeOp extends Omit<ConvOp, 'kind' | 'paddingMode'> {
  readonly kind: 'convTranspose'
  readonly outputPadding: readonly number[]
}
/** Rows of weight [count, dim] picked by the integer input. `bag`: rows of the last index axis reduced. */
export interface EmbeddingOp {
  readonly kind: 'embedding'
  readonly weight: ParameterId
  readonly count: number
  readonly dim: number
  readonly paddingIndex: number | null
  readonly bag: 'sum' | 'mean' | 'max' | null
}

export interface RecurrentLayer {
  /** [gates·hidden, in] and [gates·hidden, hidden or proj]; biases null without. Gate order: LSTM i f g o, GRU r z n. */
  readonly inputKernel: ParameterId
  readonly recurrentKernel: ParameterId
  readonly inputBias: ParameterId | null
  readonly recurrentBias: ParameterId | null
  readonly projection: ParameterId | null
}
/**
 * A recurrent network unrolled over an axis of its input. Inputs: x, then initial states when given.
 * Outputs: the sequence, then the final hidden state, then (LSTM) the final cell state.
 * A cell (`timeAxis: null`) takes one step and outputs its new states.
 */
export interface RecurrentOp {
  readonly kind: 'recurrent'
  readonly cell: 'rnn' | 'lstm' | 'gru'
  readonly nonlinearity: 'tanh' | 'relu'
  readonly hidden: number
  readonly timeAxis: number | null
  readonly bidirectional: boolean
  /** Between stacked layers. */
  readonly dropout: number
  /** Stacked layers, each with one entry per direction. */
  readonly layers: readonly (readonly RecurrentLayer[])[]
  /** GRU: whether the reset gate is applied after the recurrent matmul (PyTorch, Keras reset_after) or before. */
  readonly resetAfter: boolean
  /** Gates are clip(slope·x + ½, 0, 1) with this slope; left out: the sigmoid. */
  readonly gateSlope?: number
}

/** Elementwise φ(x). */
export interface ActivationOp {
  readonly kind: 'activation'
  readonly fn: ActivationFunction
}
/** Halves a | b along `axis`, out = a·φ(b) (GLU: sigmoid). */
export interface GatedOp {
  readonly kind: 'gated'
  readonly fn: ActivationFunction
  readonly axis: number
}
export interface SoftmaxOp {
  readonly kind: 'softmax'
  readonly axis: number
  readonly log: boolean
  readonly negate: boolean
}
/** `element`: each element; `channel`: whole feature maps; `path`: whole samples (drop path); `alpha`: SELU's. Train mode. */
export interface DropoutOp {
  readonly kind: 'dropout'
  readonly rate: number
  readonly variant: 'element' | 'channel' | 'path' | 'alpha' /** false: kept units are not scaled by 1/(1 − rate). */
  readonly rescale: boolean
}

/** Normalizes each channel (axis 1) over batch and positions with batch statistics. */
export interface BatchNormOp {
  readonly kind: 'batchNorm'
  readonly eps: number
  readonly scale: ParameterId | null
  readonly shift: ParameterId | null
  readonly channelAxis: number /** false: frozen or eval statistics (mean 0, variance 1 as initialized): y = γx/√(1+ε) + β. */
  readonly batchStatistics: boolean
}
/** Normalizes over `axes` of each sample. `center: false` is RMS norm. */
export interface LayerNormOp {
  readonly kind: 'layerNorm'
  readonly axes: readonly number[]
  readonly eps: number
  readonly center: boolean
  readonly scale: ParameterId | null
  readonly shift: ParameterId | null
}
/** groups = channels is instance norm. Channels on axis `channelAxis`, positions on the axes after the batch that are not it. */
export interface GroupNormOp {
  readonly kind: 'groupNorm'
  readonly groups: number
  readonly eps: number
  readonly scale: ParameterId | null
  readonly shift: ParameterId | null
  readonly channelAxis: number
}
export interface LocalResponseNormOp {
  readonly kind: 'localResponseNorm'
  readonly size: number
  readonly alpha: number
  readonly beta: number
  readonly k: number
}
/** x / max(‖x‖_p, eps) over an axis (`F.normalize`). */
export interface NormalizeOp {
  readonly kind: 'normalize'
  readonly p: number
  readonly axis: number
  readonly eps: number
}

/** Window pooling over the last `kernel.length` axes. */
export interface PoolOp {
  readonly kind: 'pool'
  readonly reduce: 'max' | 'average' | 'lp'
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly (readonly [number, number])[]
  readonly dilation: readonly number[]
  readonly ceilMode: boolean
  /** average: whether padding counts in the divisor. */
  readonly countIncludePad: boolean
  /** average: a divisor instead of the window's size. */
  readonly divisor: number | null
  /** lp: the norm's p. */
  readonly p: number
}
/** Windows chosen so that the last `output.length` axes get this size: start ⌊i·n/out⌋, end ⌈(i+1)·n/out⌉. */
export interface AdaptivePoolOp {
  readonly kind: 'adaptivePool'
  readonly reduce: 'max' | 'average'
  readonly output: readonly number[]
}
/** Resizes the last spatial axes to the output tensor's sizes. */
export interface UpsampleOp {
  readonly kind: 'upsample'
  readonly mode: 'nearest' | 'linear' | 'cubic' | 'area'
  readonly alignCorners: boolean
  readonly rank: number
}
/** [.., C·r², H, W] → [.., C, H·r, W·r], or back when `down`. */
export interface PixelShuffleOp {
  readonly kind: 'pixelShuffle'
  readonly factor: number
  readonly down: boolean
}
/** Image windows to columns [N, C·∏kernel, L]. */
export interface UnfoldOp {
  readonly kind: 'unfold'
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly dilation: readonly number[]
}
export interface FoldOp {
  readonly kind: 'fold'
  readonly output: readonly number[]
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly dilation: readonly number[]
}

/** Σ sign_i · x_i with broadcasting; two inputs or more. */
export interface AddOp {
  readonly kind: 'add'
  readonly signs: readonly (1 | -1)[]
}
/** Elementwise product of two broadcast inputs. */
export interface MultiplyOp {
  readonly kind: 'multiply'
}
export interface DivideOp {
  readonly kind: 'divide'
}
/** factor·x + shift with numbers. */
export interface AffineOp {
  readonly kind: 'affine'
  readonly factor: number
  readonly shift: number
}
/** x^exponent, elementwise. */
export interface PowerOp {
  readonly kind: 'power'
  readonly exponent: number
}
/** Elementwise max or min of two tensors. */
export interface ExtremumOp {
  readonly kind: 'extremum'
  readonly which: 'max' | 'min'
}
/** 1 where the relation holds between the first input and `to` (null: the second input), else 0. No gradient. */
export interface CompareOp {
  readonly kind: 'compare'
  readonly relation: 'lt' | 'le' | 'gt' | 'ge' | 'eq' | 'ne'
  readonly to: number | null
}
/** condition ? a : b (inputs in this order); `masked_fill` lowers to it. */
export interface WhereOp {
  readonly kind: 'where'
}
/** Batched matrix product of two tensors over the last two axes, with broadcasting. */
export interface MatmulOp {
  readonly kind: 'matmul'
}
/**
 * softmax(scale·Q·Kᵀ + mask)·V. Inputs Q, K, V of shape [..., tokens, headDim] (every axis before the tokens is batch
 * or head), then an additive mask when given.
 */
export interface AttentionOp {
  readonly kind: 'attention'
  readonly scale: number
  readonly causal: boolean
  readonly dropout: number
  readonly hasMask: boolean
}

export interface ConcatOp {
  readonly kind: 'concat'
  readonly axis: number
}
/** Row-major reinterpretation to the output's shape (view, flatten, squeeze, unsqueeze). */
export interface ReshapeOp {
  readonly kind: 'reshape'
}
/** Output axis i is input axis order[i]. */
export interface PermuteOp {
  readonly kind: 'permute'
  readonly order: readonly number[]
}
/** Broadcast to the output's shape without copying. */
export interface ExpandOp {
  readonly kind: 'expand'
}
/** start:stop:step on one axis. */
export interface SliceOp {
  readonly kind: 'slice'
  readonly axis: number
  readonly start: number
  readonly stop: number
  readonly step: number
}
/** Elements picked along an axis by known indices (`indices`), or by an integer tensor (second input; indices null). */
export interface GatherOp {
  readonly kind: 'gather'
  readonly axis: number
  readonly indices: readonly number[] | null
}
/** The third input's entries along an axis added to the first's at the places that an integer tensor, the second, names. */
export interface IndexAddOp {
  readonly kind: 'indexAdd'
  readonly axis: number
}
/** [before, after] for every axis; negative crops. */
export interface PadOp {
  readonly kind: 'pad'
  readonly padding: readonly (readonly [number, number])[]
  readonly mode: PaddingMode
  readonly value: number
}
export interface RollOp {
  readonly kind: 'roll'
  readonly axes: readonly number[]
  readonly shifts: readonly number[]
}
export interface FlipOp {
  readonly kind: 'flip'
  readonly axes: readonly number[]
}
/** Tiles: output axis i is `times[i]` copies one after the other. */
export interface RepeatOp {
  readonly kind: 'repeat'
  readonly times: readonly number[]
}
export interface ReduceOp {
  readonly kind: 'reduce'
  readonly reduce: 'mean' | 'sum' | 'max' | 'min' | 'variance' | 'std' | 'norm' | 'logSumExp' | 'prod'
  readonly axes: readonly number[]
  readonly keepDims: boolean
}
/** dtype change, detach, contiguous, identity. `stopGradient`: nothing flows back. */
export interface CastOp {
  readonly kind: 'cast'
  readonly stopGradient: boolean
}
/** Known shape, unmodelled meaning: moments behind it are unknown for this reason. */
export interface OpaqueOp {
  readonly kind: 'opaque'
  readonly name: string
  readonly reason: string
}
