import type { Distribution } from '../../graph'
import type { RecommendationRule, WeightContext } from '../draft'
import { target } from '../wording/torch'
import { xavier } from './saturating'

/**
 * How many gates a recurrent kernel stacks along axis 0: 4 for LSTM, 3 for GRU, 1 for a plain RNN; and the rows of each. Keras and
 * TensorFlow.js take one initializer for the whole kernel, which counts as one.
 */
function gatesOf({ use, parameter, options }: WeightContext): { readonly count: number; readonly rows: number | null } {
  if (options.framework === 'keras' || options.framework === 'tensorflowjs') return { count: 1, rows: null }
  const rows = use.op.kind === 'recurrent' ? use.op.hidden : (parameter.shape[0] ?? 1)
  // Flax' fans tell whether each gate is drawn for itself or all as one matrix.
  if (options.framework === 'flax' && parameter.fans?.fanOut !== rows) return { count: 1, rows: null }
  return { count: Math.max(1, Math.round((parameter.shape[0] ?? rows) / rows)), rows }
}

/** One call for each gate's block, which a call on the whole would count as one matrix of four times the rows. */
function forEachGate(count: number, call: string): string {
  return count === 1 ? `${call}(${target})` : `for gate in ${target}.data.chunk(${count}):\n\t${call}(gate)`
}

/** Saxe et al. 2014, Le et al. 2015: an orthogonal recurrent kernel keeps the state's norm over time exactly; each gate has its own. */
export const orthogonalForRecurrentKernels: RecommendationRule = (context) => {
  if (context.field !== 'recurrentKernel') return null
  const { count, rows } = gatesOf(context)
  const orthogonal: Distribution = { kind: 'orthogonal', gain: 1 }
  const parts = Array.from({ length: count }, (_, gate) => ({
    share: 1 / count,
    distribution: orthogonal,
    rows: [gate * (rows ?? 1), (gate + 1) * (rows ?? 1)] as const,
  }))
  return {
    family: 'orthogonal',
    mode: null,
    gain: 1,
    fan: null,
    numerator: '1',
    divisor: '1',
    activation: null,
    distribution: count === 1 ? orthogonal : { kind: 'mixture', parts },
    template: forEachGate(count, 'nn.init.orthogonal_'),
    why: `The same kernel acts at every time step, so its growth compounds: an orthogonal one${count === 1 ? '' : ' for each gate'} keeps the length of the state.`,
  }
}

/** The input kernel of gates that saturate: Glorot's fans of one gate, [hidden, in]. */
export const xavierForInputKernels: RecommendationRule = (context) => {
  if (context.field !== 'inputKernel') return null
  const { count, rows } = gatesOf(context)
  const draft = xavier(
    { ...context, fanOut: rows ?? context.fanOut },
    null,
    'Its output goes through sigmoid and tanh gates: Xavier with the fans of one gate keeps them in their linear part.',
  )
  if (draft === null || draft.mode !== 'fan_avg' || count === 1) return draft
  return { ...draft, template: forEachGate(count, `nn.init.xavier_${context.options.distribution}_`) }
}
