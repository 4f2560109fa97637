import { type Site, valueError } from '../site'

/** `nn.init.calculate_gain`. leaky_relu: √(2/(1 + slope²)), slope 0.01 by default. */
export function calculateGain(at: Site, nonlinearity: string, slope: number | null): number {
  switch (nonlinearity) {
    case 'linear':
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
    case 'conv_transpose1d':
    case 'conv_transpose2d':
    case 'conv_transpose3d':
    case 'sigmoid':
      return 1
    case 'tanh':
      return 5 / 3
    case 'relu':
      return Math.SQRT2
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + (slope ?? 0.01) ** 2))
    case 'selu':
      return 3 / 4
    default:
      return valueError(at, `Unsupported nonlinearity ${nonlinearity}`)
  }
}
