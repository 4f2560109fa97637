import type { LayerKind } from '../scope'

/** y = x·Wᵀ + b over the last axis. */
export const dense: LayerKind = {
  type: 'dense',
  aliases: ['linear', 'fully_connected', 'fc'],
  settings: ['units', 'bias', 'init', 'bias_init'],
  lower(scope, [x]) {
    const input = x as number
    const shape = scope.shape(input)
    const inFeatures = shape.at(-1) as number
    const outFeatures = scope.settings.integer('units')
    const fans = { fanIn: inFeatures, fanOut: outFeatures }
    const weight = scope.kernel('weight', 'dense', [outFeatures, inFeatures], fans)
    const bias = scope.bias(outFeatures, fans)
    return scope.emit({ kind: 'linear', weight, bias, inFeatures, outFeatures }, [input], [...shape.slice(0, -1), outFeatures])
  },
}
