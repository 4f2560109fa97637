import type { LayerKind } from '../scope'

/** Rows picked by whole numbers. */
export const embedding: LayerKind = {
  type: 'embedding',
  settings: ['count', 'dim', 'init'],
  lower(scope, [x]) {
    const input = x as number
    if (!scope.isInteger(input)) scope.settings.place.fail(`${scope.name} takes whole numbers: its input needs distribution: tokens.`)
    const count = scope.settings.integer('count')
    const dim = scope.settings.integer('dim')
    const weight = scope.parameter({
      name: 'weight',
      role: 'embedding',
      shape: [count, dim],
      fans: { fanIn: count, fanOut: dim },
      width: dim,
      setting: 'init',
      fallback: scope.dialect.kernel.embedding,
    })
    return scope.emit({ kind: 'embedding', weight, count, dim, paddingIndex: null, bag: null }, [input], [...scope.shape(input), dim])
  },
}
