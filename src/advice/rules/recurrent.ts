import type { RecommendationRule } from '../draft'
import { xavier } from './saturating'

/** Saxe et al. 2014, Le et al. 2015: an orthogonal recurrent kernel keeps the state's norm over time exactly. */
export const orthogonalForRecurrentKernels: RecommendationRule = ({ field }) =>
  field === 'recurrentKernel'
    ? {
        family: 'orthogonal',
        mode: null,
        gain: 1,
        fan: null,
        numerator: '1',
        divisor: '1',
        activation: null,
        why: 'The same kernel acts at every time step, so its growth compounds: an orthogonal one keeps the length of the state.',
      }
    : null

/** The input kernel of gates that saturate. */
export const xavierForInputKernels: RecommendationRule = (context) =>
  context.field === 'inputKernel'
    ? xavier(context, null, 'Its output goes through sigmoid and tanh gates: Xavier keeps them in their linear part.')
    : null
