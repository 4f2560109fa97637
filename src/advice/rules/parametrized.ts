import type { RecommendationRule } from '../draft'
import { kept } from '../kept'

/** What `weight_norm`, `spectral_norm` and others keep of a weight, in words. */
const reasons = {
  weightNorm:
    'Weight normalization computes this weight from a direction and a length of its own, taken when it was put on; drawing the weight after that changes nothing.',
  spectralNorm:
    'Spectral normalization divides this weight by its largest singular value at every call, so what it is drawn from does not set its scale.',
  unread: "A parametrization of the program's own computes this weight at every call, so what it is drawn from is not what the layer uses.",
} as const

/** A weight behind a reparametrization stays as it was drawn. */
export const keepParametrized: RecommendationRule = (context) => {
  const { parametrization } = context.parameter
  return parametrization === null ? null : kept(context, reasons[parametrization])
}
