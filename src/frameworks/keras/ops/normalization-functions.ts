/** Functions that normalize. */
import { localResponseNorm } from '../../torch/functional/norm'
import { permute } from '../../torch/tensor/views'
import { type TensorFunction, unary } from './tensor-function'

export const normalizationFunctions: readonly TensorFunction[] = [
  // x / (bias + α·Σx²)^β over 2r + 1 channels of [N, …, C], of which PyTorch takes the mean.
  unary(['local_response_normalization', 'lrn'], 'depth_radius=5, bias=1.0, alpha=1.0, beta=0.5', (at, x, args) => {
    const [radius, bias, alpha, beta] = ['depth_radius', 'bias', 'alpha', 'beta'].map((name) => args.number(name))
    if (radius === undefined || bias === undefined || alpha === undefined || beta === undefined) return null
    const size = 2 * radius + 1
    const last = x.payload.shape.length - 1
    const first = permute(at, x, [0, last, ...Array.from({ length: last - 1 }, (_, axis) => axis + 1)])
    const normed = localResponseNorm(at, first, size, alpha * size, beta, bias)
    return permute(at, normed, [0, ...Array.from({ length: last - 1 }, (_, axis) => axis + 2), 1])
  }),
]
