import type { PoolOp, TensorId } from '../../../graph'
import type { LayerKind, Scope } from '../scope'
import { paddingOf, positions } from './windows'

function spatialRank(scope: Scope, x: TensorId): number {
  const rank = scope.shape(x).length - 2
  return rank >= 1
    ? rank
    : scope.settings.place.fail(`${scope.name} takes channels and spatial axes; what reaches it is ${scope.shape(x).join('×')}.`)
}

function pool(type: string, reduce: PoolOp['reduce'], aliases: readonly string[]): LayerKind {
  return {
    type,
    aliases,
    settings: ['size', 'stride', 'padding'],
    lower(scope, [x]) {
      const { settings } = scope
      const rank = spatialRank(scope, x as number)
      const kernel = settings.sizes('size', rank, new Array<number>(rank).fill(2))
      const stride = settings.sizes('stride', rank, kernel)
      const dilation = new Array<number>(rank).fill(1)
      return scope.channelsFirst(x as number, (first) => {
        const [batch, channels, ...sizes] = scope.shape(first) as [number, number, ...number[]]
        const padding = settings.has('padding') ? paddingOf(scope, sizes, kernel, stride, dilation) : kernel.map(() => [0, 0] as const)
        return scope.emit(
          {
            kind: 'pool',
            reduce,
            kernel,
            stride,
            padding,
            dilation,
            ceilMode: false,
            countIncludePad: typeof settings.at('padding')?.scalar === 'number',
            divisor: null,
            p: 2,
          },
          [first],
          [batch, channels, ...positions(scope, sizes, kernel, stride, padding, dilation)],
        )
      })
    },
  }
}

function globalPool(type: string, reduce: 'mean' | 'max', aliases: readonly string[]): LayerKind {
  return {
    type,
    aliases,
    settings: ['keepdims'],
    lower(scope, [x]) {
      const rank = spatialRank(scope, x as number)
      const keepDims = scope.settings.flag('keepdims', false)
      const isLast = scope.context.channelsLast
      // Over the last axes, where a maximum is followed.
      const input = isLast
        ? scope.permute(x as number, [0, rank + 1, ...Array.from({ length: rank }, (_, axis) => axis + 1)])
        : (x as number)
      const [batch, channels] = scope.shape(input) as [number, number]
      const axes = Array.from({ length: rank }, (_, axis) => axis + 2)
      const pooled = scope.emit({ kind: 'reduce', reduce, axes, keepDims: false }, [input], [batch, channels])
      if (!keepDims) return pooled
      const ones = new Array<number>(rank).fill(1)
      return scope.reshape(pooled, isLast ? [batch, ...ones, channels] : [batch, channels, ...ones])
    },
  }
}

const ranked = (name: string): readonly string[] => [1, 2, 3].map((rank) => `${name}${rank}d`)

export const pools: readonly LayerKind[] = [
  pool('max_pool', 'max', [...ranked('max_pool'), ...ranked('max_pooling')]),
  pool('average_pool', 'average', ['avg_pool', ...ranked('avg_pool'), ...ranked('average_pooling')]),
  globalPool('global_average_pool', 'mean', ['global_avg_pool', ...ranked('global_average_pooling')]),
  globalPool('global_max_pool', 'max', ranked('global_max_pooling')),
]
