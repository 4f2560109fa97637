import type { Span } from './span'

/**
 * The distribution a parameter is drawn from. Standard deviations and bounds are those of the
 * distribution that is really drawn (corrections already applied), so that `initializerVariance`
 * needs no knowledge of the framework.
 */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly std: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** Normal(mean, std) cut at absolute `low` and `high`; std is that of the uncut normal. */
  | { readonly kind: 'truncatedNormal'; readonly mean: number; readonly std: number; readonly low: number; readonly high: number }
  /** Semi-orthogonal matrix of shape [d0, rest]: variance gain²/max(d0, rest). */
  | { readonly kind: 'orthogonal'; readonly gain: number }
  /** Identity-preserving convolution (`nn.init.dirac_`). */
  | { readonly kind: 'dirac'; readonly groups: number }
  | { readonly kind: 'eye' }
  /** Normal(0, std) with a share `sparsity` of each column zero. */
  | { readonly kind: 'sparse'; readonly sparsity: number; readonly std: number }
  /** Orthogonal in the kernel's centre, zero elsewhere (Xiao et al. 2018). */
  | { readonly kind: 'deltaOrthogonal'; readonly gain: number }
  /** `base` scaled by `factor` and moved by `shift` (`torch.randn(…) * 0.02`). */
  | { readonly kind: 'affine'; readonly base: Distribution; readonly factor: number; readonly shift: number }
  /** Different parts of the tensor are drawn differently (a row zeroed, one gate's bias set): share of elements each. */
  | { readonly kind: 'mixture'; readonly parts: readonly MixturePart[] }
  | { readonly kind: 'unknown'; readonly reason: string }

export interface MixturePart {
  /** Share of the tensor's elements, in (0, 1]; the shares of all parts add to 1. */
  readonly share: number
  readonly distribution: Distribution
  /** Where the part lies, when it is a block of rows along axis 0: [start, stop). */
  readonly rows?: readonly [number, number]
}

/** What a parameter is drawn from and who said so. */
export interface Initializer {
  readonly distribution: Distribution
  /** As the framework names it, for people: `kaiming_uniform_(a=√5)`, `default N(0, 1)`. */
  readonly label: string
  /** `default`: the framework's own; `written`: the file's code asked for it. */
  readonly origin: 'default' | 'written'
  /** The code that asked for it, when written. */
  readonly span: Span | null
  /** The calls that led there, outermost first: `self.apply(init)` for a draw in `init`. */
  readonly callers?: readonly Span[]
  /** What a variance-scaling call was asked for, when it is one. */
  readonly scaling?: ScalingCall
  /** The error with which the framework stops at this call; then nothing was drawn, and the distribution is the one before. */
  readonly raises?: string
}

/** Arguments of a Xavier or He call, defaults filled in. */
export interface ScalingCall {
  readonly scheme: 'xavier' | 'kaiming'
  /** The fan that it divides by. */
  readonly mode: 'fan_in' | 'fan_out' | 'fan_avg'
  /** The nonlinearity that the gain was looked up for, as the framework calls it; null where the gain was given as a number. */
  readonly nonlinearity: string | null
  /** Negative slope given for `leaky_relu`. */
  readonly slope: number
  readonly gain: number
}
