import type { RecommendationRule } from '../draft'
import { normalForEmbeddings } from './embedding'
import { xavierForLinearOutputs } from './linearOutput'
import { heForRectifiers } from './rectifier'
import { keepWhatIsMeant } from './meant'
import { orthogonalForRecurrentKernels, xavierForInputKernels } from './recurrent'
import { keepParametrized } from './parametrized'
import { xavierForSaturating } from './saturating'
import { lecunForSelu } from './selu'
import { exactGainForSmoothActivations } from './smooth'

/** In the order they are asked; the first that answers decides. */
export const recommendationRules: readonly RecommendationRule[] = [
  keepParametrized,
  keepWhatIsMeant,
  normalForEmbeddings,
  orthogonalForRecurrentKernels,
  xavierForInputKernels,
  heForRectifiers,
  lecunForSelu,
  exactGainForSmoothActivations,
  xavierForSaturating,
  xavierForLinearOutputs,
]
