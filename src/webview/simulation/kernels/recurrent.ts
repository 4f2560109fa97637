import type { RecurrentOp } from '../../../graph'
import type { Random } from '../random'
import { type CellWeights, type Unrolled, unroll } from './cell'
import { cellStep } from './cells'
import { dropout } from './elementwise'
import { type Done, type Field, sizeOf } from './kernel'
import { concatenated, moved } from './picks'

/** Weights of each stacked layer's directions. */
export type StackWeights = readonly (readonly CellWeights[])[]

interface Layer {
  readonly directions: readonly Unrolled[]
  readonly joined: Done
  readonly kept: Done
}

/**
 * Stacked recurrent layers over a sequence, or one step of a cell. Inputs: x, then the initial hidden and cell states where given.
 * Output: the sequence, and as `others` the final hidden and cell states [layers·directions, batch, hidden].
 */
export function recurrent(
  inputs: readonly Field[],
  op: RecurrentOp,
  weights: StackWeights,
  shape: readonly number[],
  random: Random,
): Done {
  const [x, hidden0, cell0] = inputs
  if (x === undefined) throw new Error('a recurrent layer without input')
  const batchFirst = op.timeAxis === 1
  const swap = (field: Field): Done =>
    moved(field, { kind: 'permute', order: [1, 0, 2] }, [field.shape[1] ?? 1, field.shape[0] ?? 1, field.shape[2] ?? 1])
  const turned = batchFirst ? swap(x) : null
  const series = turned?.output ?? x
  const steps = op.timeAxis === null ? 1 : (series.shape[0] ?? 1)
  const features = series.shape.at(-1) ?? 1
  const batch = series.data.length / (steps * features)
  const { hidden: units } = op
  const size = batch * units
  const step = cellStep(op)
  const start = (state: Field | undefined, index: number): Float32Array =>
    state === undefined ? new Float32Array(size) : state.data.subarray(index * size, (index + 1) * size)

  const layers: Layer[] = []
  let flow: Field = { shape: [steps, batch, features], data: series.data }
  weights.forEach((directions, layer) => {
    const sizes = { steps, batch, inputs: flow.shape[2] ?? 1, hidden: units }
    const unrolled = directions.map((each, direction) => {
      const index = layer * directions.length + direction
      return unroll(flow.data, sizes, each, step, { hidden: start(hidden0, index), cell: start(cell0, index) }, direction === 1)
    })
    const wide = [steps, batch, units * directions.length]
    const parts = unrolled.map(({ sequence }): Field => ({ shape: [steps, batch, units], data: sequence }))
    const joined = concatenated(parts, 2, wide)
    const kept = dropout(joined.output, layer < weights.length - 1 ? op.dropout : 0, true, random)
    layers.push({ directions: unrolled, joined, kept })
    flow = kept.output
  })

  const all = layers.flatMap(({ directions }) => directions)
  const state = (of: (unrolled: Unrolled) => Float32Array): Field => {
    const data = new Float32Array(all.length * size)
    for (const [index, unrolled] of all.entries()) data.set(of(unrolled), index * size)
    return { shape: [all.length, batch, units], data }
  }
  const [hidden, cell] = [state((unrolled) => unrolled.hidden), state((unrolled) => unrolled.cell)]
  const out = batchFirst ? swap(flow) : null
  return {
    // A cell's first output is its new hidden state, which is also the sequence of one step.
    output: { shape, data: (out?.output ?? flow).data },
    others: op.timeAxis === null ? [cell] : [hidden, cell],
    backward(gradient, others = []) {
      const [toHidden, toCell] = op.timeAxis === null ? [undefined, others[0]] : others
      let toFlow = out === null ? gradient : (out.backward(gradient)[0] ?? gradient)
      const toStart = { hidden: new Float32Array(hidden.data.length), cell: new Float32Array(cell.data.length) }
      for (const [layer, { directions, joined, kept }] of [...layers.entries()].reverse()) {
        const parts = joined.backward(kept.backward(toFlow)[0] ?? toFlow)
        const toBelow: Float32Array[] = []
        for (const [direction, unrolled] of directions.entries()) {
          const from = (layer * directions.length + direction) * size
          const part = (whole: Float32Array | undefined): Float32Array | null => whole?.slice(from, from + size) ?? null
          const back = unrolled.back(parts[direction] ?? null, part(toHidden), part(toCell))
          toStart.hidden.set(back.hidden, from)
          toStart.cell.set(back.cell, from)
          toBelow.push(back.input)
        }
        toFlow = toBelow.reduce((sum, one) => sum.map((g, index) => g + (one[index] as number)))
      }
      const toX = turned === null ? toFlow : (turned.backward(toFlow)[0] ?? toFlow)
      return [toX, hidden0 === undefined ? null : toStart.hidden, cell0 === undefined ? null : toStart.cell].slice(0, inputs.length)
    },
  }
}

/** Multiplications of one run over `steps·batch` rows. */
export function recurrentProducts(op: RecurrentOp, rows: number, sizeOfParameter: (id: number) => readonly number[]): number {
  return op.layers
    .flat()
    .reduce(
      (total, layer) => total + 2 * rows * (sizeOf(sizeOfParameter(layer.inputKernel)) + sizeOf(sizeOfParameter(layer.recurrentKernel))),
      0,
    )
}
