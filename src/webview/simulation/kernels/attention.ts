import type { AttentionOp } from '../../../graph'
import type { Random } from '../random'
import { sum } from './broadcast'
import { dropout, mapped } from './elementwise'
import type { Done, Field } from './kernel'
import { matmul } from './matmul'
import { moved } from './picks'
import { softmax } from './softmax'

/** softmax(scale·Q·Kᵀ + mask)·V; inputs Q, K, V and, where there is one, the mask. */
export function attention(inputs: readonly Field[], op: AttentionOp, random: Random): Done {
  const [q, k, v, mask] = inputs
  if (q === undefined || k === undefined || v === undefined) throw new Error('attention without Q, K and V')
  const rank = k.shape.length
  const order = k.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
  const turned = moved(
    k,
    { kind: 'permute', order },
    order.map((axis) => k.shape[axis] as number),
  )
  const scoreShape = [...q.shape.slice(0, -1), k.shape.at(-2) ?? 1]
  const raw = matmul(q, turned.output, scoreShape)
  const scaled = mapped(
    raw.output,
    (z) => z * op.scale,
    () => op.scale,
  )
  const [rows = 1, columns = 1] = scoreShape.slice(-2)
  const future: Field = {
    shape: [rows, columns],
    data: Float32Array.from({ length: rows * columns }, (_, index) =>
      index % columns > Math.floor(index / columns) ? Number.NEGATIVE_INFINITY : 0,
    ),
  }
  const masks = [...(op.causal ? [future] : []), ...(op.hasMask && mask !== undefined ? [mask] : [])]
  const masked = masks.length === 0 ? null : sum([scaled.output, ...masks], [1, ...masks.map((): 1 => 1)], scoreShape)
  const shares = softmax(masked?.output ?? scaled.output, { axis: scoreShape.length - 1, log: false, negate: false })
  const kept = dropout(shares.output, op.dropout, true, random)
  const out = matmul(kept.output, v, [...scoreShape.slice(0, -1), v.shape.at(-1) ?? 1])
  return {
    output: out.output,
    backward(gradient) {
      const [toShares, toV] = out.backward(gradient)
      const back = (done: Done, through: Float32Array | null | undefined): Float32Array | null =>
        through == null ? null : (done.backward(through)[0] ?? null)
      const toScores = back(shares, back(kept, toShares))
      const toMasked = masked === null || toScores === null ? [toScores] : masked.backward(toScores)
      const toRaw = back(scaled, toMasked[0])
      const [toQ, toTurned] = toRaw === null ? [null, null] : raw.backward(toRaw)
      const toMask = op.hasMask ? [toMasked.at(-1) ?? null] : []
      return [toQ ?? null, back(turned, toTurned), toV ?? null, ...toMask]
    },
  }
}
