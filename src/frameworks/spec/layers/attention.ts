import type { Fans, TensorId } from '../../../graph'
import type { LayerKind, Scope } from '../scope'

/** One of the four projections, x·Wᵀ + b over the last axis. */
function project(scope: Scope, name: string, x: TensorId, outFeatures: number, fans: Fans, isOutput: boolean): TensorId {
  const shape = scope.shape(x)
  const inFeatures = shape.at(-1) as number
  const weight = scope.kernel(name, isOutput ? 'dense' : 'attention', [outFeatures, inFeatures], fans)
  const bias = scope.settings.flag('bias', true)
    ? scope.parameter({ name: `${name}_bias`, role: 'bias', shape: [outFeatures], fans, setting: 'bias_init', fallback: 'zeros' })
    : null
  return scope.emit({ kind: 'linear', weight, bias, inFeatures, outFeatures }, [x], [...shape.slice(0, -1), outFeatures])
}

/**
 * Multi-head self-attention over [batch, tokens, features]: softmax(Q·Kᵀ/√d)·V in each head, then the output's projection.
 * PyTorch draws the three projections as one [3E, E] matrix, so that 3E counts as their fan_out.
 */
export const attention: LayerKind = {
  type: 'attention',
  aliases: ['self_attention'],
  settings: ['heads', 'causal', 'dropout', 'bias', 'init', 'bias_init'],
  lower(scope, [x]) {
    const input = x as number
    const { settings } = scope
    scope.expectRank(input, 3, 'tokens and features')
    const [batch, tokens, features] = scope.shape(input) as [number, number, number]
    const heads = settings.integer('heads')
    if (features % heads !== 0) settings.place.fail(`${scope.name}: heads (${heads}) must divide the ${features} features.`)
    const size = features / heads
    const fans = { fanIn: features, fanOut: scope.dialect.origin === 'pytorch' ? 3 * features : features }
    const [query, key, value] = ['query', 'key', 'value'].map((name) => {
      const projected = project(scope, name, input, features, fans, false)
      return scope.permute(scope.reshape(projected, [batch, tokens, heads, size]), [0, 2, 1, 3])
    }) as [TensorId, TensorId, TensorId]
    const dropout = settings.number('dropout', 0)
    if (dropout < 0 || dropout >= 1) settings.place.fail('dropout must be from 0 to below 1, like 0.1.')
    const attended = scope.emit(
      { kind: 'attention', scale: 1 / Math.sqrt(size), causal: settings.flag('causal', false), dropout, hasMask: false },
      [query, key, value],
      [batch, heads, tokens, size],
    )
    const joined = scope.reshape(scope.permute(attended, [0, 2, 1, 3]), [batch, tokens, features])
    return project(scope, 'output', joined, features, { fanIn: features, fanOut: features }, true)
  },
}
